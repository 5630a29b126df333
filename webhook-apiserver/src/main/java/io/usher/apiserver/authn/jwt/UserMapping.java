package io.usher.apiserver.authn.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.UserJson;
import io.usher.apiserver.file.Fields;
import io.usher.cel.ConditionException;
import io.usher.cel.ValueExpression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the claims of a token make of its bearer, and what must hold of both.
 *
 * @param groups null for none
 * @param uid null for none
 */
record UserMapping(
    Mapping username,
    @Nullable Mapping groups,
    @Nullable Mapping uid,
    Map<String, ValueExpression> extra,
    List<Rule> ofClaims,
    List<Rule> ofUser) {

  /**
   * A claim with what is put before its value, or an expression.
   *
   * @param expression null for a claim
   */
  record Mapping(String claim, String prefix, @Nullable ValueExpression expression) {}

  /**
   * What must hold: that a claim has a value, or an expression.
   *
   * @param expression null for a claim
   */
  record Rule(String claim, String value, @Nullable ValueExpression expression, String message) {}

  UserMapping {
    extra = Map.copyOf(extra);
    ofClaims = List.copyOf(ofClaims);
    ofUser = List.copyOf(ofUser);
  }

  static UserMapping of(Fields fields) {
    return new UserMappingReader().read(fields);
  }

  /**
   * The bearer.
   *
   * @throws TokenException when the claims do not make a user, or a rule does not hold
   */
  UserInfo user(ObjectNode claims) throws TokenException {
    for (Rule rule : ofClaims) {
      require(rule, "claims", claims);
    }
    List<String> names = texts(username, claims, "username");
    if (names.size() != 1 || names.get(0).isEmpty()) {
      throw new TokenException("claims make no username");
    }
    if (username.claim().equals("email")
        && claims.has("email_verified")
        && !claims.path("email_verified").booleanValue()) {
      throw new TokenException("claim email_verified is not true");
    }
    List<String> uids = uid == null ? List.of() : texts(uid, claims, "uid");
    if (uids.size() > 1) {
      throw new TokenException("claims make several uids");
    }
    var user =
        new UserInfo(
            names.get(0),
            uids.isEmpty() ? "" : uids.get(0),
            groups == null ? List.of() : groups(groups, claims),
            extra(claims));
    if (!ofUser.isEmpty()) {
      JsonNode json = withAllFields(UserJson.of(user));
      for (Rule rule : ofUser) {
        require(rule, "user", json);
      }
    }
    return user;
  }

  /** Rules read a field though it is empty. */
  private static ObjectNode withAllFields(ObjectNode user) {
    user.putIfAbsent("uid", TextNode.valueOf(""));
    user.putIfAbsent("groups", user.arrayNode());
    user.putIfAbsent("extra", user.objectNode());
    return user;
  }

  /** A token without the claim has no groups; one that has it, but no texts in it, is refused. */
  private static List<String> groups(Mapping mapping, ObjectNode claims) throws TokenException {
    return mapping.expression() == null && !claims.has(mapping.claim())
        ? List.of()
        : texts(mapping, claims, "groups");
  }

  private Map<String, List<String>> extra(ObjectNode claims) throws TokenException {
    var values = new LinkedHashMap<String, List<String>>();
    for (Map.Entry<String, ValueExpression> each : extra.entrySet()) {
      List<String> texts = evaluate(each.getValue(), claims, "extra " + each.getKey());
      if (!texts.isEmpty()) {
        values.put(each.getKey(), texts);
      }
    }
    return values;
  }

  private static List<String> texts(Mapping mapping, ObjectNode claims, String what)
      throws TokenException {
    if (mapping.expression() != null) {
      return evaluate(mapping.expression(), claims, what);
    }
    JsonNode value = claims.path(mapping.claim());
    boolean several = value.isArray() && what.equals("groups");
    var texts = new ArrayList<String>();
    for (JsonNode each : several ? value : List.of(value)) {
      if (!each.isTextual()) {
        throw new TokenException(what + ": claim " + mapping.claim() + " is missing or no text");
      }
      texts.add(mapping.prefix() + each.textValue());
    }
    return texts;
  }

  private static List<String> evaluate(ValueExpression expression, ObjectNode claims, String what)
      throws TokenException {
    try {
      return expression.texts(Map.of("claims", claims));
    } catch (ConditionException e) {
      throw new TokenException(what + ": " + e.getMessage());
    }
  }

  private static void require(Rule rule, String variable, JsonNode value) throws TokenException {
    if (rule.expression() == null) {
      JsonNode claim = value.path(rule.claim());
      if (!claim.isTextual() || !claim.textValue().equals(rule.value())) {
        throw new TokenException("claim " + rule.claim() + " has not the required value");
      }
      return;
    }
    try {
      if (!rule.expression().holds(Map.of(variable, value))) {
        throw new TokenException(
            rule.message().isEmpty()
                ? "validation expression '" + rule.expression().source() + "' does not hold"
                : rule.message());
      }
    } catch (ConditionException e) {
      throw new TokenException(String.valueOf(e.getMessage()));
    }
  }
}
