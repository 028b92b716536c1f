package io.tocsin.cli;

import io.tocsin.app.Demo;
import io.tocsin.app.StartRefusedException;
import io.tocsin.openstack.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Somebody whose instances run in the demo, so that what owners are told can be followed too.
 *
 * @param account of the project whose instances they are
 * @param tokenFile holds a token of theirs
 */
record DemoOwner(String account, Path tokenFile) {
  private static final String NAME = "owner";

  /**
   * The owner of the instances of that host: the one from before, where there is one whose token is
   * still good.
   *
   * @param data where the server keeps the operators' token, and this keeps the owner's
   */
  static DemoOwner of(String host, Demo.Started demo, Path data) {
    try (AccountClient operators = client(demo, data.resolve(AccountFlags.OPERATOR_TOKEN))) {
      Map<String, String> project =
          Map.of("name", "owners of " + host, "projectID", project(host, demo));
      JsonNode made =
          operators.call("POST", AccountClient.ACCOUNTS, OneAccount.document("account", project));
      OneAccount account = new OneAccount(operators, made.path("id").asString());
      DemoOwner owner = new DemoOwner(account.id(), data.resolve("owner-token"));
      if (!owner.isKnown(demo)) {
        owner.write(token(account));
      }
      return owner;
    }
  }

  private static String project(String host, Demo.Started demo) {
    try (ApiClient cloud = new ApiClient(demo.simulator())) {
      JsonNode instances = cloud.read("/simulator/instances?host=" + host).path("instances");
      for (JsonNode instance : instances) {
        if (instance.path("vm_state").asString("").equals("active")) {
          return instance.path("project_id").asString();
        }
      }
      return instances.path(0).path("project_id").asString();
    }
  }

  private static AccountClient client(Demo.Started demo, Path token) {
    return new AccountClient(demo.api(), AccountFlags.read(token), Trust.in(null));
  }

  private boolean isKnown(Demo.Started demo) {
    if (!Files.exists(tokenFile)) {
      return false;
    }
    try (AccountClient client = client(demo, tokenFile)) {
      client.get(AccountClient.ACCOUNTS + "/" + account);
      return true;
    } catch (ApiClient.CallException _) {
      // Of a demo before, with another database or another cloud.
      return false;
    }
  }

  private static String token(OneAccount account) {
    String user = null;
    for (JsonNode each : account.get(UserCommand.USERS).path("items")) {
      if (each.path("name").asString("").equals(NAME)) {
        user = each.path("id").asString();
      }
    }
    if (user == null) {
      Map<String, String> members = Map.of("name", NAME, "role", "owner");
      JsonNode made = account.create(UserCommand.USERS, UserCommand.KIND, members);
      user = made.path("id").asString();
    }
    String tokens = UserCommand.USERS + "/" + user + "/tokens";
    return account.create(tokens, "token", Map.of("name", "demo")).path("token").asString();
  }

  private void write(String token) {
    try {
      Files.deleteIfExists(tokenFile);
      Files.createFile(
          tokenFile,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(tokenFile, token + "\n");
    } catch (IOException e) {
      throw new StartRefusedException(tokenFile + " cannot be written: " + e, e);
    }
  }
}
