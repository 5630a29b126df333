package io.usher.engine.authentication;

import io.usher.authentication.AuthenticationRequest;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewJson;
import io.usher.engine.ReviewWalk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Gathers one review's members while a walk passes over them. Unknown members are passed over. */
final class TokenReviewReader implements ReviewJson.Reader<TokenReview> {

  private final ReviewWalk walk;
  private String token = "";
  private final List<String> audiences = new ArrayList<>();

  TokenReviewReader(ReviewWalk walk) {
    this.walk = walk;
  }

  @Override
  public void read(String member) throws IOException, ProtocolException {
    switch (member) {
      case "spec" -> walk.object(this::spec);
      default -> walk.skip();
    }
  }

  private void spec(String member) throws IOException, ProtocolException {
    switch (member) {
      case "token" -> token = walk.string();
      case "audiences" -> walk.array(i -> audiences.add(walk.string()));
      default -> walk.skip();
    }
  }

  @Override
  public TokenReview review(String apiVersion) throws ProtocolException {
    walk.require(!token.isEmpty(), "spec.token");
    return new TokenReview(apiVersion, new AuthenticationRequest(token, audiences));
  }
}
