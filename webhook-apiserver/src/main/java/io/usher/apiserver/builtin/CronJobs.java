package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.HumanDuration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** CronJobs. */
final class CronJobs implements BuiltInKind {

  private static final List<String> POLICIES = List.of("Allow", "Forbid", "Replace");
  // a Job's name has eleven characters more
  private static final int MAX_NAME = 52;

  private final Clock clock;

  CronJobs(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    Defaults.text(spec, "concurrencyPolicy", "Allow");
    Defaults.flag(spec, "suspend", false);
    Defaults.number(spec, "successfulJobsHistoryLimit", 3);
    Defaults.number(spec, "failedJobsHistoryLimit", 1);
    JobSpecs.setDefaults(Defaults.object(Defaults.object(spec, "jobTemplate"), "spec"));
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status");
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    Field job = Field.of(object);
    check(job.at("spec"), false, errors);
    Field name = job.at("metadata.name");
    if (name.text().length() > MAX_NAME) {
      errors.invalid(name, "must be no more than " + MAX_NAME + " characters");
    }
    return errors.list();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    boolean zoned = old.at("/spec/schedule").asText().contains("TZ");
    check(Field.of(object).at("spec"), zoned, errors);
    return errors.list();
  }

  /**
   * Checks a spec.
   *
   * @param zoned whether the schedule may name a time zone, as it did before
   */
  private static void check(Field spec, boolean zoned, Errors errors) {
    schedule(spec, zoned, errors);
    errors.notNegative(spec.at("startingDeadlineSeconds"));
    if (spec.has("timeZone")) {
      timeZone(spec.at("timeZone"), errors);
    }
    errors.requireIn(spec.at("concurrencyPolicy"), POLICIES);
    Field job = spec.at("jobTemplate.spec");
    JobSpecs.check(job, errors);
    if (job.has("selector")) {
      errors.invalid(job.at("selector"), "`selector` will be auto-generated");
    }
    if (job.isTrue("manualSelector")) {
      errors.notIn(job.at("manualSelector"), List.of("nil", "false"));
    }
    errors.notNegative(spec.at("successfulJobsHistoryLimit"));
    errors.notNegative(spec.at("failedJobsHistoryLimit"));
  }

  private static void schedule(Field spec, boolean zoned, Errors errors) {
    Field schedule = spec.at("schedule");
    if (schedule.text().isEmpty()) {
      errors.required(schedule);
      return;
    }
    String problem = CronSchedule.problem(schedule.text());
    if (!problem.isEmpty()) {
      errors.invalid(schedule, problem);
    }
    if (schedule.text().contains("TZ")) {
      if (!zoned) {
        errors.invalid(
            schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
      } else if (spec.has("timeZone")) {
        errors.invalid(schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
      }
    }
  }

  private static void timeZone(Field zone, Errors errors) {
    if (zone.text().isEmpty()) {
      errors.invalid(zone, "timeZone must be nil or non-empty string");
    } else if (zone.text().equalsIgnoreCase("Local")) {
      errors.invalid(
          zone,
          "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
    } else if (!ZoneId.getAvailableZoneIds().contains(zone.text())) {
      errors.invalid(zone, "unknown time zone " + zone.text());
    }
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return PodWarnings.ofTemplate(object, "spec.jobTemplate.spec.template", true);
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    Field spec = Field.of(object).at("spec");
    Field status = Field.of(object).at("status");
    return switch (column) {
      case "Schedule" -> TextNode.valueOf(spec.text("schedule"));
      case "Timezone" ->
          TextNode.valueOf(spec.has("timeZone") ? spec.text("timeZone") : Cells.NONE);
      case "Suspend" -> TextNode.valueOf(spec.isTrue("suspend") ? "True" : "False");
      case "Active" -> IntNode.valueOf(status.at("active").node().size());
      case "Last Schedule" -> TextNode.valueOf(lastSchedule(status));
      default -> Workloads.cell(column, spec.at("jobTemplate.spec"));
    };
  }

  private String lastSchedule(Field status) {
    if (!status.has("lastScheduleTime")) {
      return Cells.NONE;
    }
    Instant last = Instant.parse(status.text("lastScheduleTime"));
    return HumanDuration.of(Duration.between(last, clock.instant()));
  }
}
