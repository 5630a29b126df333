package io.usher.manifest;

import io.usher.manifest.GrafanaDashboard.Panel;
import io.usher.rule.Door;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is looked at where rules answer TokenReviews and SubjectAccessReviews, or convert. */
final class DoorMonitoring {

  private static final List<Alert> DOOR_ALERTS =
      List.of(
          new Alert(
              "UsherAccessReviewsFail",
              "sum by (webhook, kind)"
                  + " (rate(usher_access_reviews_total{%1$s,decision=\"failed\"}[5m])) > 0",
              "5m",
              "critical",
              "Questions of {{ $labels.kind }} to {{ $labels.webhook }} fail: users are refused, or"
                  + " the authorizer's failure policy decides. The log says why."),
          new Alert(
              "UsherAccessReviewsSlow",
              "histogram_quantile(0.99, sum by (webhook, kind, le)"
                  + " (rate(usher_access_duration_seconds_bucket{%1$s}[5m]))) > 0.5",
              "10m",
              "warning",
              "One of 100 questions of {{ $labels.kind }} to {{ $labels.webhook }} takes"
                  + " {{ $value | humanizeDuration }}: requests to the API server wait for it."));

  private static final List<Alert> CONVERSION_ALERTS =
      List.of(
          new Alert(
              "UsherConversionsFail",
              "sum by (webhook)"
                  + " (rate(usher_conversions_total{%1$s,result=\"failed\"}[5m])) > 0",
              "5m",
              "critical",
              "Conversions of {{ $labels.webhook }} fail: lists of the resource fail for everybody"
                  + " while one object can't be converted. The log names it."),
          new Alert(
              "UsherConversionsSlow",
              "histogram_quantile(0.99, sum by (webhook, le)"
                  + " (rate(usher_conversion_duration_seconds_bucket{%1$s}[5m]))) > 1",
              "10m",
              "warning",
              "One of 100 conversions of {{ $labels.webhook }} takes"
                  + " {{ $value | humanizeDuration }}: reads, writes and watches wait for it."));

  private static final List<Panel> DOOR_PANELS =
      List.of(
          new Panel(
              "Access reviews by decision",
              "reqps",
              "sum by (webhook, kind, decision)"
                  + " (rate(usher_access_reviews_total{%s}[$__rate_interval]))",
              "{{webhook}} {{kind}} {{decision}}"),
          new Panel(
              "Access review duration, 99 of 100",
              "s",
              "histogram_quantile(0.99, sum by (webhook, kind, le)"
                  + " (rate(usher_access_duration_seconds_bucket{%s}[$__rate_interval])))",
              "{{webhook}} {{kind}}"));

  private static final List<Panel> CONVERSION_PANELS =
      List.of(
          new Panel(
              "Conversions by result",
              "reqps",
              "sum by (webhook, result) (rate(usher_conversions_total{%s}[$__rate_interval]))",
              "{{webhook}} {{result}}"),
          new Panel(
              "Objects converted",
              "reqps",
              "sum by (webhook) (rate(usher_conversion_objects_total{%s}[$__rate_interval]))",
              "{{webhook}}"),
          new Panel(
              "Conversion duration, 99 of 100",
              "s",
              "histogram_quantile(0.99, sum by (webhook, le)"
                  + " (rate(usher_conversion_duration_seconds_bucket{%s}[$__rate_interval])))",
              "{{webhook}}"));

  private DoorMonitoring() {}

  /** When to call someone about what these webhooks have beside rules of admission. */
  static List<Alert> alerts(List<WebhookRegistration> webhooks) {
    return chosen(webhooks, DOOR_ALERTS, CONVERSION_ALERTS);
  }

  /** Graphs of what these webhooks have beside rules of admission. */
  static List<Panel> panels(List<WebhookRegistration> webhooks) {
    return chosen(webhooks, DOOR_PANELS, CONVERSION_PANELS);
  }

  private static <T> List<T> chosen(
      List<WebhookRegistration> webhooks, List<T> ofDoors, List<T> ofConversions) {
    var chosen = new ArrayList<T>();
    if (webhooks.stream().anyMatch(each -> Stream.of(Door.values()).anyMatch(each::has))) {
      chosen.addAll(ofDoors);
    }
    if (webhooks.stream().anyMatch(each -> !each.conversions().isEmpty())) {
      chosen.addAll(ofConversions);
    }
    return chosen;
  }
}
