package io.usher.apiserver.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlLinksTest {

  private static final Links LINKS = new Links("/p/proxy", "10.0.0.1:80", "api:6443");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<a href=\"/b?x=1&amp;y=2\">b</a> | <a href=\"/p/proxy/b?x=1&amp;y=2\">b</a>",
        "<A HREF='/b' class=\"c\">b</A> | <A HREF='/p/proxy/b' class=\"c\">b</A>",
        "<img alt=x src=/i.png><br/> | <img alt=x src=/p/proxy/i.png><br/>",
        "<script src = \"/s.js\">\"<a href=/x>\"</script><a href=/y> |"
            + " <script src = \"/p/proxy/s.js\">\"<a href=/x>\"</script><a href=/p/proxy/y>",
        "<form action=\"http://10.0.0.1:80/f\"> | <form action=\"/p/proxy/f\">"
      })
  void linksToTheSameServerLeadThroughTheProxy(String page, String rewritten) {
    assertThat(HtmlLinks.rewritten(page, LINKS)).isEqualTo(rewritten);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text < and > and & more",
        "<",
        "<a",
        "<a href",
        "<a href=",
        "<a href=\"",
        "<p href=\"/b\">",
        "<!-- <a href=\"/b\"> -->",
        "<title><a href=\"/b\"></TITLE>",
        "<style>",
        "</a href=\"/b\">",
        "<a href=\"https://example.com/\" / >",
        "<a href=\"c\" =\"/x\">"
      })
  void allElseStaysAsItIs(String page) {
    assertThat(HtmlLinks.rewritten(page, LINKS)).isEqualTo(page);
  }
}
