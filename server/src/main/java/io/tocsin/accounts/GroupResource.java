package io.tocsin.accounts;

import io.tocsin.http.Json;
import io.tocsin.http.Response;
import io.tocsin.identity.AccountUser;
import io.tocsin.identity.Directory;
import io.tocsin.identity.Group;
import io.tocsin.identity.GroupId;
import io.tocsin.identity.UserId;
import java.util.Set;

/** The groups of an account and their members. */
final class GroupResource {
  private final Directory directory;

  GroupResource(Directory directory) {
    this.directory = directory;
  }

  Response list(Call call) {
    return call.answer(
        200,
        DirectoryJson.list(
            Sibling.GROUP,
            directory.listGroups(call.account()).stream().map(DirectoryJson::group).toList()));
  }

  Response show(Call call) {
    Group group =
        directory
            .findGroup(call.account(), new GroupId(call.id()))
            .orElseThrow(Problem.COLLECTION_NOT_FOUND::asException);
    return call.show(Json.bytes(DirectoryJson.group(group)));
  }

  Response create(Call call) {
    Form form = Draft.toCreate(call.request(), Sibling.GROUP, Set.of("name"));
    String name = form.text("name", Draft.NAME);
    form.flaws().throwIfAny();
    Group group = directory.createGroup(call.entry().actor(), call.account(), name);
    return call.created(Json.bytes(DirectoryJson.group(group)), group.id().value());
  }

  Response listMembers(Call call) {
    return call.answer(
        200,
        DirectoryJson.list(
            Sibling.USER,
            directory.listMembers(call.account(), group(call)).stream()
                .map(DirectoryJson::user)
                .toList()));
  }

  /** The member is there before, so the body says which user it is. */
  Response addMember(Call call) {
    GroupId group = group(call);
    Form form = Draft.toCreate(call.request(), Sibling.USER, Set.of("id"));
    UserId user = new UserId(form.id("id"));
    form.flaws().throwIfAny();
    directory.addMember(call.entry().actor(), call.account(), group, user);
    AccountUser member =
        directory
            .findUser(call.account(), user)
            .orElseThrow(Problem.COLLECTION_NOT_FOUND::asException);
    return call.created(Json.bytes(DirectoryJson.user(member)), user.value());
  }

  Response removeMember(Call call) {
    directory.removeMember(
        call.entry().actor(), call.account(), group(call), new UserId(call.id()));
    return Response.empty(204);
  }

  private static GroupId group(Call call) {
    return new GroupId(call.id(Place.ANY_GROUP));
  }
}
