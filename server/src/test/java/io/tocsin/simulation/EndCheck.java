package io.tocsin.simulation;

import io.tocsin.failover.FailureNotification;
import io.tocsin.identity.AccountId;
import io.tocsin.simulation.WorldLog.Kind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** When everything is over: whether what was told is what became of the instances. */
final class EndCheck {
  private final World world;
  private final Monitors monitors;
  private final Happenings happenings;

  EndCheck(World world, Monitors monitors, Happenings happenings) {
    this.world = world;
    this.monitors = monitors;
    this.happenings = happenings;
  }

  /**
   * A vmove at its end.
   *
   * @param last no later one is about the same instance
   */
  private record Move(
      String instance,
      String source,
      String status,
      @Nullable String destination,
      @Nullable String message,
      boolean last) {}

  void check() {
    checkReports();
    checkFeeds();
    checkOwners();
    List<Move> moves = moves();
    Map<String, JsonNode> now = new HashMap<>();
    for (String id : happenings.beginning().keySet()) {
      JsonNode instance = world.cloud().instance(id);
      if (instance != null) {
        now.put(id, instance);
      }
    }
    moves.forEach(move -> checkMove(move, now.get(move.instance())));
    checkDeadHosts(moves);
    now.forEach(this::checkInstance);
    world.log(Kind.WORLD, "world", "is over");
    now.values().stream()
        .sorted(Comparator.comparing(it -> it.path("name").asString()))
        .forEach(this::tell);
  }

  private void tell(JsonNode it) {
    world.log(
        Kind.END,
        it.path("name").asString(),
        "%s %s on %s, evacuations accepted %s"
            .formatted(
                it.path("vm_state").asString(),
                it.path("task_state").asString("-"),
                it.path("host").asString(),
                it.path("evacuations").path("accepted").asInt()));
  }

  private void checkReports() {
    Set<String> stored =
        new HashSet<>(world.database().query("select uuid from failure_notification"));
    for (FailureNotification accepted : monitors.accepted()) {
      if (!stored.contains(accepted.id().toString())) {
        world.broken(Promise.P1, "report " + accepted.number() + " was accepted and is not stored");
      }
    }
    for (String twins :
        world
            .database()
            .query(
                """
                select format('reports %s and %s are equal, %s apart', a.id, b.id,
                              b.generated_time - a.generated_time)
                  from failure_notification a join failure_notification b
                    on a.id < b.id and a.host_id = b.host_id and a.type = b.type
                   and a.payload = b.payload
                   and abs(extract(epoch from b.generated_time - a.generated_time)) <= 180\
                """)) {
      world.broken(Promise.P3, twins);
    }
  }

  private void checkFeeds() {
    for (String wrong :
        world
            .database()
            .query(
                """
                select format('event %s of account %s', e.name, e.account_id)
                  from event e
                 where e.account_id <> 'b742632e-a26f-5081-b7e8-03a7f7238c5c'
                   and (e.resource_type <> 'application/astra-instance'
                        or e.summary ~ 'host-' or e.description ~ 'host-'
                        or cardinality(e.additional_resource_ids) > 0)\
                """)) {
      world.broken(Promise.P7, wrong);
    }
  }

  /** Owners hear of nothing but their own instances. */
  private void checkOwners() {
    Map<String, String> owners = new HashMap<>();
    happenings
        .beginning()
        .forEach((id, it) ->
            owners.put(id, AccountId.ofProject(it.path("project_id").asString()).toString()));
    for (String row :
        world
            .database()
            .query(
                """
                select distinct concat_ws(' ', account_id, resource_id) from event
                 where account_id <> 'b742632e-a26f-5081-b7e8-03a7f7238c5c'\
                """)) {
      String[] it = row.split(" ", -1);
      if (!it[0].equals(owners.get(it[1]))) {
        world.broken(Promise.P7, "the account " + it[0] + " hears of " + it[1]);
      }
    }
  }

  private List<Move> moves() {
    return world
        .database()
        .query(
            """
            select concat_ws('|', instance_uuid, source_host, status, coalesce(dest_host, ''),
                             row_number() over (partition by instance_uuid order by id desc),
                             coalesce(message, ''))
              from vmove order by id\
            """)
        .stream()
        .map(row -> row.split("\\|", 6))
        .map(it ->
            new Move(
                it[0],
                it[1],
                it[2],
                it[3].isEmpty() ? null : it[3],
                it[5].isEmpty() ? null : it[5],
                it[4].equals("1")))
        .toList();
  }

  private void checkMove(Move move, @Nullable JsonNode now) {
    if (!move.last() || now == null || now.path("deleted").asBoolean()) {
      return;
    }
    if (!move.status().equals("succeeded")) {
      return;
    }
    String name = now.path("name").asString();
    String host = now.path("host").asString();
    if (!host.equals(move.destination())) {
      world.broken(
          Promise.P5, name + " is said to be on " + move.destination() + " and is on " + host);
    }
    if (host.equals(move.source())) {
      world.broken(Promise.P5, name + " is said to have moved and is on " + host);
    }
    JsonNode before = happenings.before(move.instance());
    String expected = endState(before);
    boolean isTouched = happenings.isTouched(move.instance());
    if (move.message() == null && !isTouched && !now.path("vm_state").asString().equals(expected)) {
      world.broken(
          Promise.P5,
          name
              + " was "
              + before.path("vm_state").asString()
              + ", has moved without a remark and is "
              + now.path("vm_state").asString());
    }
  }

  private static String endState(JsonNode before) {
    return switch (before.path("vm_state").asString()) {
      case "active" -> "active";
      case "error" -> "error";
      case "resized" -> before.path("power_state").asInt() == 4 ? "stopped" : "active";
      default -> "stopped";
    };
  }

  /** Every instance of a host that is reported dead has a vmove that says what became of it. */
  private void checkDeadHosts(List<Move> moves) {
    Set<String> explained = new HashSet<>();
    moves.forEach(move -> explained.add(move.instance() + move.source()));
    Set<String> finished =
        new HashSet<>(
            world
                .database()
                .query(
                    """
                    select distinct h.name from failure_notification n join host h on h.id = n.host_id
                     where n.type = 'COMPUTE_HOST' and n.status = 'finished'
                       and n.payload->>'event' = 'STOPPED'\
                    """));
    happenings
        .onDeadHosts()
        .forEach((host, ids) -> {
          for (String id : ids) {
            if (finished.contains(host)
                && !explained.contains(id + host)
                && !happenings.deleted().contains(id)) {
              world.broken(Promise.P9, "nothing says what became of " + id + " on " + host);
            }
          }
        });
  }

  private void checkInstance(String id, JsonNode now) {
    JsonNode before = happenings.before(id);
    if (!now.path("deleted").asBoolean()
        && !now.path("locked_by").equals(before.path("locked_by"))
        && !world.mayStayLocked(id)) {
      world.broken(
          Promise.P5,
          "the lock of "
              + now.path("name").asString()
              + " was "
              + before.path("locked_by")
              + " and is "
              + now.path("locked_by"));
    }
  }
}
