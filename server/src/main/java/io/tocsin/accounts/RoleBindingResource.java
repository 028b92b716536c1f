package io.tocsin.accounts;

import io.tocsin.http.Json;
import io.tocsin.http.Response;
import io.tocsin.identity.Directory;
import io.tocsin.identity.GroupId;
import io.tocsin.identity.Identifiers;
import io.tocsin.identity.NewRoleBinding;
import io.tocsin.identity.Role;
import io.tocsin.identity.RoleBinding;
import io.tocsin.identity.RoleBindingChange;
import io.tocsin.identity.RoleBindingId;
import io.tocsin.identity.RoleHolder;
import io.tocsin.identity.UserId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who has which role in an account (Astra spec §8.3). */
final class RoleBindingResource {
  static final String CONSTRAINTS = "roleConstraints";
  static final Map<String, Role> ROLES = Form.choices(Role.values(), Role::wire);

  private static final TextRule CONSTRAINT = TextRule.line(1, Directory.MAX_NAME_LENGTH);
  private static final String USER_ID = "userID";
  private static final String GROUP_ID = "groupID";

  private final Directory directory;

  RoleBindingResource(Directory directory) {
    this.directory = directory;
  }

  Response list(Call call) {
    return list(call, directory.listRoleBindings(call.account()));
  }

  /** A user's own and those of their groups. */
  Response listOfUser(Call call) {
    UserId user = new UserId(call.id(Place.ANY_USER));
    if (directory.findUser(call.account(), user).isEmpty()) {
      throw Problem.COLLECTION_NOT_FOUND.asException();
    }
    return list(call, directory.listRoleBindings(call.account(), user));
  }

  private static Response list(Call call, List<RoleBinding> bindings) {
    return call.answer(
        200,
        DirectoryJson.list(
            Sibling.ROLE_BINDING, bindings.stream().map(DirectoryJson::binding).toList()));
  }

  Response show(Call call) {
    RoleBinding binding = find(call).orElseThrow(Problem.COLLECTION_NOT_FOUND::asException);
    return call.show(Json.bytes(DirectoryJson.binding(binding)));
  }

  Response create(Call call) {
    Form form =
        Draft.toCreate(
            call.request(),
            Sibling.ROLE_BINDING,
            Set.of("principalType", USER_ID, GROUP_ID, "accountID", "role", CONSTRAINTS));
    UUID account = form.findId("accountID");
    if (account != null && !account.equals(call.account().value())) {
      form.flaws().conflict("accountID", "must be the account of the URL");
    }
    RoleHolder holder = holder(form);
    Role role = form.choice("role", ROLES, Role.VIEWER);
    List<String> constraints = constraints(form);
    form.flaws().throwIfAny();
    RoleBinding made =
        directory.createRoleBinding(
            call.entry().actor(),
            call.account(),
            new NewRoleBinding(
                holder, role, constraints == null ? NewRoleBinding.EVERYTHING : constraints));
    return call.created(Json.bytes(DirectoryJson.binding(made)), made.id().value());
  }

  private static RoleHolder holder(Form form) {
    boolean isGroup = form.choice("principalType", Form.same("user", "group"), "").equals("group");
    UUID id = form.id(isGroup ? GROUP_ID : USER_ID);
    String other = isGroup ? USER_ID : GROUP_ID;
    UUID unused = form.findId(other);
    if (unused != null && !unused.equals(Identifiers.NIL)) {
      form.flaws().againstRules(other, "must be the nil UUID or left out");
    }
    return isGroup
        ? new RoleHolder.OfGroup(new GroupId(id))
        : new RoleHolder.OfUser(new UserId(id));
  }

  Response change(Call call) {
    RoleBinding binding = find(call).orElseThrow(Problem.RESOURCE_NOT_FOUND::asException);
    Form form =
        Draft.toChange(
            call.request(),
            Sibling.ROLE_BINDING,
            DirectoryJson.binding(binding),
            Set.of("role", CONSTRAINTS),
            Set.of());
    RoleBindingChange change =
        new RoleBindingChange(form.findChoice("role", ROLES), constraints(form));
    form.flaws().throwIfAny();
    directory.changeRoleBinding(call.entry().actor(), call.account(), binding.id(), change);
    return Response.empty(204);
  }

  Response delete(Call call) {
    directory.deleteRoleBinding(call.entry().actor(), call.account(), new RoleBindingId(call.id()));
    return Response.empty(204);
  }

  private Optional<RoleBinding> find(Call call) {
    return directory.findRoleBinding(call.account(), new RoleBindingId(call.id()));
  }

  /** Null where there are none in the body. */
  static @Nullable List<String> constraints(Form form) {
    return form.findTexts(CONSTRAINTS, CONSTRAINT);
  }
}
