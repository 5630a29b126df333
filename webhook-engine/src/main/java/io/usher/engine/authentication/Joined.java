package io.usher.engine.authentication;

import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.engine.chain.AnswerChain.Answering;
import java.util.List;
import java.util.stream.Collectors;

/** The first rule that knows the token, or refuses it, decides. */
enum Joined implements Answering<AuthenticationRequest, Authentication> {
  INSTANCE;

  /**
   * Without the token, and known only to those whom the token is for: whatever an API server makes
   * of it, it must not open the door of others.
   */
  @Override
  public Authentication told(AuthenticationRequest question, Authentication answer) {
    return switch (answer.kind()) {
      case KNOWN -> known(question.audiences(), (Authentication.Known) answer);
      case NOT_MINE -> {
        String reason = ((Authentication.NotMine) answer).reason();
        yield reason.isEmpty()
            ? answer
            : Authentication.notMine(new TokenMask(question.token()).of(reason));
      }
      case REFUSED ->
          Authentication.refused(
              new TokenMask(question.token()).of(((Authentication.Refused) answer).reason()));
    };
  }

  private static Authentication known(List<String> asked, Authentication.Known known) {
    boolean others =
        !asked.isEmpty()
            && !known.audiences().isEmpty()
            && known.audiences().stream().noneMatch(asked::contains);
    return others
        ? Authentication.notMine("the token is for none of the audiences that are asked for")
        : known;
  }

  @Override
  public boolean decides(Authentication answer) {
    return answer.kind() != Authentication.Kind.NOT_MINE;
  }

  @Override
  public Authentication undecided(List<Authentication> answers) {
    return Authentication.notMine(
        answers.stream()
            .map(each -> ((Authentication.NotMine) each).reason())
            .filter(reason -> !reason.isEmpty())
            .distinct()
            .collect(Collectors.joining(", ")));
  }

  /** A rule that fails knows nobody: whom another one knows, he is. */
  @Override
  public boolean passesFailures() {
    return true;
  }

  @Override
  public Throwable loggable(AuthenticationRequest question, Throwable thrown) {
    return new TokenMask(question.token()).of(thrown);
  }

  @Override
  public String describe(AuthenticationRequest question) {
    return "a token";
  }
}
