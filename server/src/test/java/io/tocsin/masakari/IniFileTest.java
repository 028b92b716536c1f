package io.tocsin.masakari;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.masakari.IniFile.Entry;
import org.junit.jupiter.api.Test;

class IniFileTest {
  @Test
  void readsWhatOsloConfigReads() {
    IniFile file =
        parse(
            """
            # a comment
            ; another
            [DEFAULT]
            debug = true
            colon: a=b
            equal = a:b
            quoted = " two  blanks "
            dashed-name = x
            empty =
            twice = first
            twice = last
            many = one,
              two,

            after = here
            [Host_Failure]
            debug=no
            """);

    assertThat(file.problems()).isEmpty();
    assertThat(file.entries())
        .containsExactly(
            new Entry("DEFAULT", "debug", "true", 4),
            new Entry("DEFAULT", "colon", "a=b", 5),
            new Entry("DEFAULT", "equal", "a:b", 6),
            new Entry("DEFAULT", "quoted", " two  blanks ", 7),
            new Entry("DEFAULT", "dashed_name", "x", 8),
            new Entry("DEFAULT", "empty", "", 9),
            new Entry("DEFAULT", "twice", "last", 11),
            new Entry("DEFAULT", "many", "one,\ntwo,", 12),
            new Entry("DEFAULT", "after", "here", 15),
            new Entry("host_failure", "debug", "no", 17));
  }

  @Test
  void putsValuesInPlaceOfReferences() {
    IniFile file =
        parse(
            """
            [DEFAULT]
            ip = 10.0.0.1
            url = http://$ip:5000/${wsgi.path}
            money = a$$b\\$c
            nowhere = $gone/${also.gone}
            circle = $circle
            [wsgi]
            ip = 10.0.0.2
            path = v3
            near = ${ip}
            """);

    assertThat(file.find("DEFAULT.url")).isEqualTo("http://10.0.0.1:5000/v3");
    assertThat(file.find("DEFAULT.money")).isEqualTo("a$b$c");
    assertThat(file.find("DEFAULT.nowhere")).isEqualTo("$gone/${also.gone}");
    assertThat(file.find("DEFAULT.circle")).isEqualTo("$circle");
    assertThat(file.find("wsgi.near")).isEqualTo("10.0.0.2");
    assertThat(file.find("wsgi.not_there")).isNull();
  }

  @Test
  void namesLinesThatMakeNoSenseWithoutTheirText() {
    IniFile file = parse("  continued\nsecret = x\n[broken\n[DEFAULT]\npassword hunter2\n= y\n");

    assertThat(file.entries()).isEmpty();
    assertThat(file.problems()).hasSize(5).noneMatch(text -> text.contains("hunter2"));
  }

  private static IniFile parse(String text) {
    return IniFile.parse(text.lines().toList());
  }
}
