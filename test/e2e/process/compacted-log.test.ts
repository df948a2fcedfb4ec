import { MongoClient } from "mongodb";
import { expect, inject, it } from "vitest";
import { follow } from "../../../clients/typescript/test/replica/following.ts";
import { ownDatabase } from "../../support/mongod-database.ts";
import { refusalOf } from "../../support/refusal.ts";
import { connectTo } from "../../support/registry-connection.ts";
import { type ServerProcess, startServer } from "../../support/server-process.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";

const PATIENCE = { timeout: 20_000 };

async function register(server: ServerProcess, name: string): Promise<bigint> {
  using connection = connectTo(server);
  const registrant = connection.as(await server.token("billing-api", "scope_registry.register"));
  return (await registrant.registerScopes({ scopes: [{ name, description: "Read" }] })).revision;
}

it("a reader past the retained log is refused with OUT_OF_RANGE, and a replica starts over by itself", {
  timeout: 60_000,
}, async (context) => {
  const database = ownDatabase(inject("mongodbUri"));
  context.onTestFinished(() => database.drop());
  await using first = await startServer({ mongodbUri: database.uri });
  await using proxy = await startTcpProxy(first.grpcAddress);
  await register(first, "a:read");
  const token = await first.token("auth-server", "scope_registry.read", "scope_registry.validate");
  const { replica } = follow(context, { address: proxy.address, token });
  await replica.ready;
  const { revision, registryId } = replica;

  // Away while the log goes on and its beginning is removed.
  proxy.target = undefined;
  proxy.cut();
  await register(first, "b:read");
  const last = await register(first, "c:read");
  await first.stop();
  const client = await new MongoClient(database.uri).connect();
  await client
    .db(database.name)
    .collection<{ _id: number }>("changes")
    .deleteMany({ _id: { $lt: Number(last) } });
  await client.close();

  await using second = await startServer({ mongodbUri: database.uri, dataDir: first.dataDir });
  using connection = connectTo(second);
  const messages = connection.as(token).watchScopes({ sinceRevision: BigInt(revision) });
  const reading = (async () => {
    for await (const _message of messages);
  })();
  expect(await refusalOf(reading)).toMatchObject({ code: "OUT_OF_RANGE", reason: "REVISION_COMPACTED" });

  const changes: unknown[] = [];
  replica.onChange((change) => void changes.push(change));
  proxy.target = second.grpcAddress;
  await expect.poll(() => replica.judge({ scope: "a:read b:read c:read" }).valid, PATIENCE).toBe(true);
  expect(changes).toEqual([{ revision: Number(last), names: undefined }]);
  expect(replica.registryId).toBe(registryId);
});
