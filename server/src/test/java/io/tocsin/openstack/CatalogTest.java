package io.tocsin.openstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.openstack.EndpointQuery.Interface;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CatalogTest {
  private static final Catalog CATALOG =
      read(
          """
          [{"type": "identity", "endpoints": [
             {"interface": "public", "region_id": "One", "url": "http://one/identity"}]},
           {"type": "compute", "name": "nova", "endpoints": [
             {"interface": "public", "region_id": "One", "region": "Old", "url": "http://one/n"},
             {"interface": "internal", "region_id": "One", "url": "http://one-internal/n"},
             {"interface": "public", "region": "Two", "url": "http://two/n"},
             {"interface": "public", "region": "Two", "url": "http://two/second"},
             {"interface": "admin", "region": "Two", "url": "http://two-admin/n"},
             {"interface": "public", "region": "Three"}]},
           {"type": "compute_legacy", "endpoints": [
             {"interface": "public", "region": "One", "url": "http://one/legacy"}]},
           {"type": "empty"}, {}, 7]
          """);

  @ParameterizedTest
  @CsvSource({
    "compute, public, One, http://one/n",
    "compute, public, Two, http://two/n",
    "compute, internal, , http://one-internal/n",
    "compute, admin, , http://two-admin/n",
    "identity, public, One, http://one/identity"
  })
  void findsByTypeInterfaceAndRegion(
      String type, String side, @Nullable String region, String url) {
    assertThat(CATALOG.find(query(side, region, type))).isEqualTo(url);
  }

  @Test
  void takesTheFirstOfTheTypesThatItHas() {
    assertThat(CATALOG.find(query("public", "One", "computev21", "compute", "compute_legacy")))
        .isEqualTo("http://one/n");
  }

  @Test
  void asksForTheRegionWhereThereAreSeveral() {
    assertThat(failureOf(CATALOG, query("public", null, "compute")))
        .contains("more than once", "One, Two");
  }

  @ParameterizedTest
  @CsvSource({"compute, internal, Two", "compute, public, Three", "volume, public, One"})
  void saysWhatThereIsWhereItHasNoSuchThing(String type, String side, String region) {
    assertThat(failureOf(CATALOG, query(side, region, type)))
        .contains("no endpoint for " + type + ", interface " + side + ", region " + region)
        .contains("compute public in One", "compute admin in Two", "identity public in One");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "7", "[{\"type\": \"compute\", \"endpoints\": []}]"})
  void saysThatItIsEmpty(String catalog) {
    assertThat(failureOf(read(catalog), query("public", null, "compute")))
        .contains("it offers nothing");
  }

  @ParameterizedTest
  @CsvSource({
    "public, PUBLIC",
    "publicURL, PUBLIC",
    "internal, INTERNAL",
    "internalURL, INTERNAL",
    "admin, ADMIN",
    "adminURL, ADMIN"
  })
  void readsBothSpellingsOfAnInterface(String text, Interface side) {
    assertThat(Interface.parse(text)).isEqualTo(side);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "URL", "PUBLIC", "public_url", "private"})
  void refusesOtherInterfaces(String text) {
    assertThatThrownBy(() -> Interface.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("public, internal, admin");
  }

  private static EndpointQuery query(String side, @Nullable String region, String... types) {
    return new EndpointQuery(List.of(types), Interface.parse(side), region);
  }

  private static String failureOf(Catalog catalog, EndpointQuery query) {
    CallFailure failure =
        catchThrowableOfType(CallFailedException.class, () -> catalog.find(query)).failure();
    assertThat(failure)
        .isInstanceOfSatisfying(
            CallFailure.NoAccess.class,
            it -> assertThat(it.reason()).isEqualTo(CallFailure.NoAccess.Reason.NO_ENDPOINT));
    return failure.text();
  }

  private static Catalog read(String json) {
    return Catalog.read(JsonMapper.shared().readTree(json));
  }
}
