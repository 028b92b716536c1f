package io.tocsin.accounts;

import io.tocsin.http.Accept;
import io.tocsin.http.Headers;
import java.util.List;

/** Which of an operation's media types an answer comes in (Astra spec §7.1). */
final class MediaTypes {
  private MediaTypes() {}

  /**
   * The offer that the caller likes best; the first where they do not say.
   *
   * @throws ProblemException when they want none of them
   */
  static String choose(Headers headers, List<String> offers) {
    if (headers.all("Accept").stream().allMatch(String::isBlank)) {
      return offers.getFirst();
    }
    return Accept.best(headers, offers).orElseThrow(Problem.UNSUPPORTED_MEDIA_TYPE::asException);
  }
}
