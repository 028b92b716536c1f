package io.tocsin.accounts;

import io.tocsin.http.Json;
import io.tocsin.http.Response;
import io.tocsin.identity.ApiToken;
import io.tocsin.identity.ApiTokenId;
import io.tocsin.identity.Directory;
import io.tocsin.identity.IssuedApiToken;
import io.tocsin.identity.NewApiToken;
import io.tocsin.identity.RoleBinding;
import io.tocsin.identity.UserId;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A user's API tokens. Their own are everybody's to make and revoke; others' are for those who
 * administer the account, as far as nobody above them is touched.
 */
final class TokenResource {
  private static final String EXPIRY = "expiryTimestamp";
  private static final String FOR_PUBLISHING = "isForPublishing";

  private final Directory directory;

  TokenResource(Directory directory) {
    this.directory = directory;
  }

  Response list(Call call) {
    UserId user = user(call);
    return call.answer(
        200,
        DirectoryJson.list(
            Sibling.TOKEN,
            directory.listTokens(call.account(), user).stream()
                .map(DirectoryJson::token)
                .toList()));
  }

  Response show(Call call) {
    UserId user = user(call);
    ApiToken token =
        directory
            .findToken(call.account(), user, new ApiTokenId(call.id()))
            .orElseThrow(Problem.COLLECTION_NOT_FOUND::asException);
    return call.show(Json.bytes(DirectoryJson.token(token)));
  }

  /** The only answer that has the secret. */
  Response create(Call call) {
    UserId user = user(call);
    Form form =
        Draft.toCreate(call.request(), Sibling.TOKEN, Set.of("name", FOR_PUBLISHING, EXPIRY));
    Boolean isForPublishing = form.findChoice(FOR_PUBLISHING, Form.FLAGS);
    NewApiToken wanted =
        new NewApiToken(
            form.text("name", Draft.NAME),
            Boolean.TRUE.equals(isForPublishing),
            form.findTime(EXPIRY));
    form.flaws().throwIfAny();
    if (wanted.isForPublishing() && !call.entry().isAdministrator()) {
      throw Problem.NOT_PERMITTED.asException("", "Tokens for publishing are made by admins.");
    }
    IssuedApiToken issued =
        directory.createToken(call.entry().actor(), call.account(), user, wanted);
    ObjectNode document = DirectoryJson.token(issued.token()).put("token", issued.secret().value());
    return call.created(Json.bytes(document), issued.token().id().value());
  }

  /** What it is called. When it was last used may have changed since somebody read it. */
  Response change(Call call) {
    UserId user = user(call);
    ApiToken token =
        directory
            .findToken(call.account(), user, new ApiTokenId(call.id()))
            .orElseThrow(Problem.RESOURCE_NOT_FOUND::asException);
    Form form =
        Draft.toChange(
            call.request(),
            Sibling.TOKEN,
            DirectoryJson.token(token),
            Set.of("name", "lastUsedTimestamp"),
            Set.of(EXPIRY));
    String name = form.findText("name", Draft.NAME);
    form.flaws().throwIfAny();
    requireNobodyAbove(call, user);
    if (name != null) {
      directory.renameToken(call.account(), user, token.id(), name);
    }
    return Response.empty(204);
  }

  Response delete(Call call) {
    UserId user = user(call);
    ApiTokenId id = new ApiTokenId(call.id());
    requireNobodyAbove(call, user);
    directory.deleteToken(call.account(), user, id);
    return Response.empty(204);
  }

  /** Whose tokens are meant, if those are the caller's to deal with. */
  private static UserId user(Call call) {
    UserId user = new UserId(call.id(Place.ANY_USER));
    if (!user.equals(call.reader().user()) && !call.entry().isAdministrator()) {
      throw Problem.NOT_PERMITTED.asException();
    }
    return user;
  }

  /** An admin must not lock the owner out. */
  private void requireNobodyAbove(Call call, UserId user) {
    boolean isAbove =
        directory.listRoleBindings(call.account(), user).stream()
            .map(RoleBinding::role)
            .anyMatch(role -> !call.reader().role().includes(role));
    if (isAbove && !user.equals(call.reader().user())) {
      throw Problem.NOT_PERMITTED.asException("", "The user has a role above your own.");
    }
  }
}
