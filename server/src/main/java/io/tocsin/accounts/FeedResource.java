package io.tocsin.accounts;

import io.tocsin.feed.Event;
import io.tocsin.feed.EventLists;
import io.tocsin.feed.EventPage;
import io.tocsin.feed.ReadMarks;
import io.tocsin.feed.Reader;
import io.tocsin.http.Response;
import org.jspecify.annotations.Nullable;

/** Events, notifications and unread marks: listed, shown, and the last taken away. */
final class FeedResource {
  private final EventLists lists;
  private final ReadMarks marks;
  private final ContinueTokens tokens;
  private final @Nullable Long maxLimit;

  /**
   * @param maxLimit what the operator lets a page have; null for no limit
   */
  FeedResource(EventLists lists, ReadMarks marks, ContinueTokens tokens, @Nullable Long maxLimit) {
    this.lists = lists;
    this.marks = marks;
    this.tokens = tokens;
    this.maxLimit = maxLimit;
  }

  Response list(Noun noun, Call call) {
    Reader reader = call.reader();
    ListQuery query = call.query();
    ListDocument document = new ListDocument(noun, reader.user(), query.include());
    EventPage page =
        query.filter().canHold()
            ? lists.list(query.of(noun, reader, maxLimit), document::add)
            : new EventPage(query.counts() ? 0L : null, null);
    String next =
        page.next() == null
            ? null
            : tokens.write(
                page.next(), ContinueTokens.bond(noun, reader, query.filter(), query.order()));
    return call.answer(200, document.bytes(page.count(), next));
  }

  Response show(Noun noun, Call call) {
    Event event =
        lists
            .find(noun.view(), call.reader(), call.id())
            .orElseThrow(Problem.COLLECTION_NOT_FOUND::asException);
    byte[] document = EventJson.bytes(noun, event, call.reader().user());
    return call.show(document);
  }

  /** Taking the mark away is what marks as read. */
  Response markRead(Call call) {
    if (!marks.markRead(call.reader(), call.id())) {
      throw Problem.RESOURCE_NOT_FOUND.asException();
    }
    return Response.empty(204);
  }
}
