package io.usher.apiserver.authn.jwt;

import io.usher.apiserver.authn.jwt.UserMapping.Mapping;
import io.usher.apiserver.authn.jwt.UserMapping.Rule;
import io.usher.apiserver.file.Fields;
import io.usher.cel.ConditionException;
import io.usher.cel.ValueCompiler;
import io.usher.cel.ValueExpression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link UserMapping}. A compiler is made when the first expression is there, as that takes
 * a second. For one issuer.
 */
final class UserMappingReader {

  /** The keys that Kubernetes keeps for itself, and what else a key is. */
  private static final Pattern KEY = Pattern.compile("[a-z0-9.-]+\\.[a-z0-9-]+/[a-z0-9._/-]+");

  private static final Pattern RESERVED = Pattern.compile("(.*\\.)?(kubernetes|k8s)\\.io/.*");
  private static final Pattern EMAIL = Pattern.compile("\\bclaims\\.\\??email\\b");

  private @Nullable ValueCompiler ofClaims;
  private @Nullable ValueCompiler ofUser;

  /** All expressions that see the claims. */
  private final List<String> overClaims = new ArrayList<>();

  UserMapping read(Fields fields) {
    Fields mappings = fields.object("claimMappings");
    Mapping username = mapping(mappings.object("username"), true);
    if (username == null) {
      throw mappings.wrong("username", "is missing: write claim and prefix, or expression");
    }
    Mapping groups = mapping(mappings.object("groups"), true);
    Mapping uid = mapping(mappings.object("uid"), false);
    Map<String, ValueExpression> extra = new HashMap<>();
    for (Fields each : mappings.objects("extra")) {
      String key = each.text("key");
      if (!KEY.matcher(key).matches() || RESERVED.matcher(key).matches()) {
        throw each.wrong(
            "key", "write a domain of yours and a path in lower case: example.com/department");
      }
      ValueExpression value = texts(each, "valueExpression");
      if (value == null) {
        throw each.wrong("valueExpression", "is missing");
      }
      if (extra.put(key, value) != null) {
        throw each.wrong("key", "is that of an earlier entry, too");
      }
      each.end();
    }
    List<Rule> claimRules = new ArrayList<>();
    for (Fields each : fields.objects("claimValidationRules")) {
      claimRules.add(rule(each, true));
    }
    List<Rule> userRules = new ArrayList<>();
    for (Fields each : fields.objects("userValidationRules")) {
      userRules.add(rule(each, false));
    }
    mappings.end();
    if (username.expression() != null
        && EMAIL.matcher(username.expression().source()).find()
        && overClaims.stream().noneMatch(each -> each.contains("email_verified"))) {
      throw mappings.wrong(
          "username.expression",
          "reads claims.email: ask for claims.email_verified there, in extra or in"
              + " claimValidationRules");
    }
    return new UserMapping(username, groups, uid, extra, claimRules, userRules);
  }

  /** Null where there is none. */
  private @Nullable Mapping mapping(Fields fields, boolean prefixed) {
    String claim = fields.text("claim");
    String prefix = prefixed ? fields.optional("prefix") : "";
    ValueExpression expression = texts(fields, "expression");
    fields.end();
    if (!claim.isEmpty() && expression != null) {
      throw fields.wrong("expression", "and claim are both there: write one of them");
    }
    if (claim.isEmpty() && prefixed && prefix != null) {
      throw fields.wrong("prefix", "goes with claim: leave it out, or name a claim");
    }
    if (!claim.isEmpty() && prefix == null) {
      throw fields.wrong("prefix", "is missing: write one, or \"\" for none");
    }
    return claim.isEmpty() && expression == null
        ? null
        : new Mapping(claim, prefix == null ? "" : prefix, expression);
  }

  private Rule rule(Fields fields, boolean aboutClaims) {
    String claim = aboutClaims ? fields.text("claim") : "";
    String value = aboutClaims ? fields.text("requiredValue") : "";
    String source = fields.text("expression");
    String message = fields.text("message");
    fields.end();
    if (claim.isEmpty() == source.isEmpty()) {
      throw fields.wrong(
          "expression", aboutClaims ? "write claim or expression, and not both" : "is missing");
    }
    return new Rule(
        claim, value, source.isEmpty() ? null : condition(fields, source, aboutClaims), message);
  }

  private @Nullable ValueExpression texts(Fields fields, String name) {
    String source = fields.text(name);
    if (source.isEmpty()) {
      return null;
    }
    overClaims.add(source);
    try {
      return ofClaims().texts(source);
    } catch (ConditionException e) {
      throw fields.wrong(name, String.valueOf(e.getMessage()));
    }
  }

  private ValueExpression condition(Fields fields, String source, boolean aboutClaims) {
    try {
      if (aboutClaims) {
        overClaims.add(source);
        return ofClaims().condition(source);
      }
      if (ofUser == null) {
        ofUser = ValueCompiler.of(Set.of("user"));
      }
      return ofUser.condition(source);
    } catch (ConditionException e) {
      throw fields.wrong("expression", String.valueOf(e.getMessage()));
    }
  }

  private ValueCompiler ofClaims() {
    if (ofClaims == null) {
      ofClaims = ValueCompiler.of(Set.of("claims"));
    }
    return ofClaims;
  }
}
