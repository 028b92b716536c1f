package io.tocsin.accounts;

import io.tocsin.http.Json;
import io.tocsin.http.Response;
import io.tocsin.identity.AccountUser;
import io.tocsin.identity.Directory;
import io.tocsin.identity.NewRoleBinding;
import io.tocsin.identity.NewUser;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserChange;
import io.tocsin.identity.UserId;
import io.tocsin.identity.UserState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The users of an account: listed, made with a role, shown, changed. */
final class UserResource {
  private static final Map<String, UserState> STATES =
      Form.choices(UserState.values(), UserState::wire);

  private final Directory directory;

  UserResource(Directory directory) {
    this.directory = directory;
  }

  Response list(Call call) {
    return call.answer(
        200,
        DirectoryJson.list(
            Sibling.USER,
            directory.listUsers(call.account()).stream().map(DirectoryJson::user).toList()));
  }

  Response show(Call call) {
    return call.show(
        Json.bytes(
            DirectoryJson.user(find(call).orElseThrow(Problem.COLLECTION_NOT_FOUND::asException))));
  }

  /** A user without any role would be nobody's, so one comes with the user. */
  Response create(Call call) {
    Form form =
        Draft.toCreate(
            call.request(),
            Sibling.USER,
            Set.of("name", "keystoneID", "role", RoleBindingResource.CONSTRAINTS));
    Role role = form.findChoice("role", RoleBindingResource.ROLES);
    List<String> constraints = RoleBindingResource.constraints(form);
    NewUser user =
        new NewUser(
            form.text("name", Draft.NAME),
            form.findText("keystoneID", Draft.NAME),
            role == null ? Role.VIEWER : role,
            constraints == null ? NewRoleBinding.EVERYTHING : constraints);
    form.flaws().throwIfAny();
    AccountUser made = directory.createUser(call.entry().actor(), call.account(), user);
    return call.created(Json.bytes(DirectoryJson.user(made)), made.id().value());
  }

  Response change(Call call) {
    AccountUser user = find(call).orElseThrow(Problem.RESOURCE_NOT_FOUND::asException);
    Form form =
        Draft.toChange(
            call.request(),
            Sibling.USER,
            DirectoryJson.user(user),
            Set.of("name", "state", "isEnabled"),
            Set.of("keystoneID"));
    UserChange change =
        new UserChange(
            form.findText("name", Draft.NAME),
            form.findChoice("isEnabled", Form.FLAGS),
            form.findChoice("state", STATES));
    form.flaws().throwIfAny();
    directory.changeUser(call.entry().actor(), call.account(), user.id(), change);
    return Response.empty(204);
  }

  private Optional<AccountUser> find(Call call) {
    return directory.findUser(call.account(), new UserId(call.id()));
  }
}
