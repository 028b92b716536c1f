package io.tocsin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rooms and who may look into which. Change a rule and docs/architecture.md together. */
class ArchitectureTest {
  private static final String ROOT = "io.tocsin";

  /** The rooms each room may use. Whoever is not listed may not be used. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry(
              "cli",
              Set.of(
                  "app",
                  "masakari",
                  "http",
                  "store",
                  "clock",
                  "simulator",
                  "failover",
                  "compute",
                  "openstack",
                  "identity")),
          Map.entry(
              "app",
              Set.of(
                  "instanceha",
                  "accounts",
                  "operator",
                  "feed",
                  "identity",
                  "masakari",
                  "failover",
                  "recovery",
                  "compute",
                  "openstack",
                  "simulator",
                  "http",
                  "store",
                  "clock")),
          Map.entry(
              "instanceha", Set.of("failover", "recovery", "identity", "http", "store", "clock")),
          Map.entry("accounts", Set.of("feed", "identity", "http", "store", "clock")),
          Map.entry("operator", Set.of("failover", "recovery", "identity", "http", "store")),
          Map.entry("feed", Set.of("identity", "store", "clock")),
          Map.entry("identity", Set.of("openstack", "store", "clock")),
          Map.entry(
              "masakari", Set.of("failover", "recovery", "compute", "openstack", "store", "clock")),
          Map.entry(
              "recovery", Set.of("failover", "feed", "identity", "compute", "store", "clock")),
          Map.entry("failover", Set.of("store", "clock")),
          Map.entry("compute", Set.of("openstack", "store", "clock")),
          Map.entry("openstack", Set.of("store", "clock")),
          Map.entry("simulator", Set.of("http", "clock")),
          Map.entry("http", Set.of("clock")),
          Map.entry("store", Set.of("clock")),
          Map.entry("clock", Set.of()));

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void everyRoomIsDrawn() {
    Set<String> rooms = new TreeSet<>();
    CODE.forEach(c -> rooms.add(roomOf(c)));

    assertThat(rooms).isEqualTo(new TreeSet<>(MAY_USE.keySet()));
  }

  @Test
  void roomsUseOnlyTheRoomsTheyMay() {
    List<String> wrong = new ArrayList<>();
    for (JavaClass user : CODE) {
      String room = roomOf(user);
      Set<String> allowed = MAY_USE.getOrDefault(room, Set.of());
      user.getDirectDependenciesFromSelf().stream()
          .filter(d -> d.getTargetClass().getPackageName().startsWith(ROOT + "."))
          .filter(d -> !roomOf(d.getTargetClass()).equals(room))
          .filter(d -> !allowed.contains(roomOf(d.getTargetClass())))
          .forEach(d -> wrong.add(d.getDescription()));
    }

    assertThat(wrong).isEmpty();
  }

  @Test
  void roomsHaveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void onlyTheClockRoomAsksTheMachineForTimeOrChance() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".clock")
        .should()
        .callMethod("java.time.Instant", "now")
        .orShould()
        .callMethod("java.lang.System", "currentTimeMillis")
        .orShould()
        .callMethod("java.lang.System", "nanoTime")
        .orShould()
        .callMethod("java.util.UUID", "randomUUID")
        .orShould()
        .callMethod("java.lang.Math", "random")
        .orShould()
        .callMethodWhere(
            DescribedPredicate.describe(
                "Thread.sleep is called",
                call ->
                    call.getTargetOwner().isEquivalentTo(Thread.class)
                        && call.getName().equals("sleep")))
        .orShould()
        .callConstructor("java.util.Random")
        .check(CODE);
  }

  @Test
  void onlyStoresSpeakSql() {
    noClasses()
        .that(
            DescribedPredicate.describe(
                "are neither stores nor in the store room",
                c -> !roomOf(c).equals("store") && !outermost(c).endsWith("Store")))
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "speak SQL, beyond passing a transaction's handle on",
                c ->
                    (c.getPackageName().startsWith("org.jdbi") && !c.getName().equals(HANDLE))
                        || c.getPackageName().startsWith("java.sql")
                        || c.getPackageName().startsWith("org.postgresql")))
        .check(CODE);
    noClasses()
        .that(
            DescribedPredicate.describe(
                "are neither stores nor in the store room",
                c -> !roomOf(c).equals("store") && !outermost(c).endsWith("Store")))
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "a method of the handle is called",
                call -> call.getTargetOwner().getName().equals(HANDLE)))
        .check(CODE);
  }

  @Test
  void onlyTheHttpRoomKnowsJetty() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".http")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.eclipse.jetty..")
        .check(CODE);
  }

  /** Rooms count with the facade alone; where that goes is app's affair. */
  @Test
  void onlyTheMetricsOfAppKnowPrometheus() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".app.Metrics")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer.prometheusmetrics..", "io.prometheus..")
        .check(CODE);
    noClasses()
        .that(
            DescribedPredicate.describe(
                "neither count nor put the counting classes together",
                c ->
                    !outermost(c).endsWith("Metrics")
                        && !outermost(c).equals("QueueLook")
                        && !outermost(c).equals("App")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer..")
        .check(CODE);
  }

  @Test
  void nothingIsNullUnlessItSaysSo() {
    List<String> unmarked =
        MAY_USE.keySet().stream()
            .map(room -> CODE.getPackage(ROOT + "." + room))
            .filter(p -> !p.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .toList();

    assertThat(unmarked).isEmpty();
  }

  @Test
  void classesAreFinalOrSealed() {
    classes()
        .that(
            DescribedPredicate.describe(
                "are plain classes that nobody in the room extends",
                c ->
                    !c.isInterface()
                        && !c.isEnum()
                        && !c.isAnonymousClass()
                        && !c.reflect().isSealed()
                        && c.getSubclasses().isEmpty()))
        .should()
        .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
        .check(CODE);
  }

  private static final String HANDLE = "org.jdbi.v3.core.Handle";

  private static String roomOf(JavaClass type) {
    String rest = type.getPackageName().substring(ROOT.length());
    return rest.isEmpty() ? "" : rest.substring(1).split("\\.", 2)[0];
  }

  private static String outermost(JavaClass type) {
    JavaClass outer = type;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer.getSimpleName();
  }
}
