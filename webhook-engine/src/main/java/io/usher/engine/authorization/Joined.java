package io.usher.engine.authorization;

import io.usher.authorization.Authorization;
import io.usher.authorization.Authorization.Outcome;
import io.usher.authorization.AuthorizationRequest;
import io.usher.engine.chain.AnswerChain.Answering;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The first rule that allows or denies decides. */
enum Joined implements Answering<AuthorizationRequest, Authorization> {
  INSTANCE;

  @Override
  public Authorization told(AuthorizationRequest question, Authorization answer) {
    return answer;
  }

  @Override
  public boolean decides(Authorization answer) {
    return answer.outcome() != Outcome.NO_OPINION;
  }

  @Override
  public Authorization undecided(List<Authorization> answers) {
    return new Authorization(
        Outcome.NO_OPINION,
        join(answers, Authorization::reason),
        join(answers, Authorization::error));
  }

  private static String join(List<Authorization> answers, Function<Authorization, String> text) {
    return answers.stream()
        .map(text)
        .filter(each -> !each.isEmpty())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** A rule that fails may have denied: nobody behind it may allow. */
  @Override
  public boolean passesFailures() {
    return false;
  }

  @Override
  public Throwable loggable(AuthorizationRequest question, Throwable thrown) {
    return thrown;
  }

  @Override
  public String describe(AuthorizationRequest question) {
    return question.describe();
  }
}
