/** Readers of one caller who come all at once, as after a restart, behind one connection: what they do not read yet has no room at once. */
import { once } from "node:events";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { create } from "@bufbuild/protobuf";
import { WatchScopesResponseSchema } from "@scope-registry/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RegistryError } from "../../src/registry/registry-error.ts";
import type { CallPipeline } from "../../src/transport/call-pipeline.ts";
import { UnreadBudget } from "../../src/transport/unread-budget.ts";
import { type BarePorts, openBarePorts } from "../support/bare-ports.ts";
import { grpcFrame } from "../support/raw-calls.ts";

const WATCH = "/scoperegistry.v1.ScopeRegistry/WatchScopes";
const PART = create(WatchScopesResponseSchema, { registryId: "x".repeat(256 * 1024) });
const PARTS = 3;
const READERS = 120;
/** What half of the readers would hold. */
const LIMIT = (READERS / 2) * 256 * 1024;

const ends: (string | undefined)[] = [];

async function* parts() {
  for (let sent = 0; sent < PARTS; sent++) yield PART;
}

const pipeline: CallPipeline = {
  begin: () => undefined,
  admit: ({ authorization = "" }) => ({
    clientId: authorization,
    owner: authorization,
    issuer: "test",
    scopes: new Set(),
  }),
  answerDirectly: () => undefined,
  answer: () => Promise.reject(new Error("Nobody asks")),
  stream: parts,
  refusal: (error) => (error instanceof RegistryError ? error : new RegistryError("INTERNAL", String(error))),
  record: (_call, _caller, refusal) => void ends.push(refusal?.reason),
};

let ports: BarePorts;
let session: ClientHttp2Session;
beforeEach(async () => {
  ends.length = 0;
  ports = await openBarePorts({ pipeline, unread: new UnreadBudget(LIMIT) });
  session = connect(`http://127.0.0.1:${ports.http.port}`);
  await once(session, "remoteSettings");
});
afterEach(async () => {
  session.destroy();
  await ports.close();
});

/** A reader who takes nothing until it is resumed. */
function watch(type: string, caller: string) {
  const headers = { ":method": "POST", ":path": WATCH, "content-type": type, te: "trailers", authorization: caller };
  const stream = session.request(headers);
  stream.on("error", () => undefined);
  stream.end(grpcFrame(Buffer.alloc(0)));
  return stream;
}

async function read(stream: ReturnType<typeof watch>): Promise<number> {
  let bytes = 0;
  stream.on("data", (piece: Buffer) => {
    bytes += piece.length;
  });
  await once(stream, "close");
  return bytes;
}

describe.each(["application/grpc", "application/connect+proto", "application/grpc-web+proto"])("by %s", (type) => {
  it("all are sent everything", async () => {
    const readers = Array.from({ length: READERS }, () => watch(type, "gateway"));
    const bytes = await Promise.all(readers.map(read));
    expect(readers.filter(({ rstCode }) => rstCode !== constants.NGHTTP2_NO_ERROR)).toEqual([]);
    expect(Math.min(...bytes)).toBeGreaterThan(PARTS * PART.registryId.length);
    expect(ends).toEqual(Array(READERS).fill(undefined));
  });

  it("who takes nothing does not keep the others of the same caller waiting", async () => {
    for (let at = 0; at < 40; at++) watch(type, "gateway");
    expect(await read(watch(type, "gateway"))).toBeGreaterThan(PARTS * PART.registryId.length);
  });
});
