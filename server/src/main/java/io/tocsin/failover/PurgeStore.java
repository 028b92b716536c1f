package io.tocsin.failover;

import io.tocsin.failover.EndedFailures.Place;
import io.tocsin.store.Columns;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Finds and removes what ended or was deleted long ago. */
final class PurgeStore {
  /**
   * Index: {@code failure_notification_by_creation}. Nothing ended before it came, so that those
   * sought are among the first; after them stand few but those that took long.
   */
  private static final String ENDED =
      """
      select n.id, n.created_at from failure_notification n
       where (n.created_at, n.id) > (:after_time, :after_id) and n.created_at < :before
         and n.status in ('finished', 'failed', 'ignored')
         and greatest(n.created_at, n.updated_at) < :before
       order by n.created_at, n.id limit :most
      """;

  /**
   * Indexes: {@code host_by_deletion}, {@code failure_notification_duplicates}.
   *
   * <p>With {@code :is_trial} the notifications that would go count as gone.
   */
  private static final String DELETED_HOSTS =
      """
      select h.id, h.segment_id from host h
       where h.deleted_at < :before and h.id <> all(:but)
         and not exists (
               select from failure_notification n
                where n.host_id = h.id
                  and not (:is_trial and n.status in ('finished', 'failed', 'ignored')
                           and greatest(n.created_at, n.updated_at) < :before))
       order by h.deleted_at limit :most
      """;

  /** Not those that one host holds back, or of which there are too many for one time. */
  private static final String DELETED_SEGMENTS =
      """
      select s.id, s.uuid from segment s
       where s.deleted_at < :before
         and not exists (
               select from host h where h.segment_id = s.id and not h.id = any(:gone))
       order by s.deleted_at, s.id limit :most
      """;

  /** As if there were no bound. */
  private static final int ALL = Integer.MAX_VALUE;

  List<Place> listEnded(Handle handle, Place after, Instant before, int most) {
    return ended(handle.createQuery(ENDED), after, before, most);
  }

  List<Place> lockEnded(Handle tx, Place after, Instant before, int most) {
    return ended(tx.createQuery(ENDED + " for update skip locked"), after, before, most);
  }

  private static List<Place> ended(Query query, Place after, Instant before, int most) {
    return query
        .bind("after_time", after.createdAt().atOffset(ZoneOffset.UTC))
        .bind("after_id", after.number())
        .bind("before", before.atOffset(ZoneOffset.UTC))
        .bind("most", most)
        .map((row, _) -> new Place(Columns.instant(row, "created_at"), row.getLong("id")))
        .list();
  }

  int delete(Handle tx, Collection<Long> numbers) {
    return tx.createUpdate("delete from failure_notification where id = any(:ids)")
        .bindArray("ids", Long.class, numbers)
        .execute();
  }

  int deleteHosts(Handle tx, Instant before, Collection<Long> but, int most) {
    List<Long> gone =
        hosts(tx.createQuery(DELETED_HOSTS + " for update skip locked"), before, but, most, false);
    return tx.createUpdate("delete from host where id = any(:ids)")
        .bindArray("ids", Long.class, gone)
        .execute();
  }

  int countHosts(Handle handle, Instant before, Collection<Long> but, int most) {
    return hosts(handle.createQuery(DELETED_HOSTS), before, but, most, true).size();
  }

  private static List<Long> hosts(
      Query query, Instant before, Collection<Long> but, int most, boolean isTrial) {
    return query
        .bind("before", before.atOffset(ZoneOffset.UTC))
        .bindArray("but", Long.class, but)
        .bind("is_trial", isTrial)
        .bind("most", most)
        .map((row, _) -> row.getLong("id"))
        .list();
  }

  List<SegmentId> deleteSegments(Handle tx, Instant before, int most) {
    List<SegmentId> gone =
        segments(
            tx.createQuery(DELETED_SEGMENTS + " for update skip locked"), before, List.of(), most);
    tx.createUpdate("delete from segment where uuid = any(cast(:uuids as uuid[]))")
        .bindArray("uuids", String.class, gone.stream().map(SegmentId::toString).toList())
        .execute();
    return gone;
  }

  List<SegmentId> listSegments(Handle handle, Instant before, Collection<Long> but, int most) {
    List<Long> gone = hosts(handle.createQuery(DELETED_HOSTS), before, but, ALL, true);
    return segments(handle.createQuery(DELETED_SEGMENTS), before, gone, most);
  }

  private static List<SegmentId> segments(
      Query query, Instant before, Collection<Long> gone, int most) {
    return query
        .bind("before", before.atOffset(ZoneOffset.UTC))
        .bindArray("gone", Long.class, gone)
        .bind("most", most)
        .map((row, _) -> new SegmentId(Columns.uuid(row, "uuid")))
        .list();
  }
}
