import {
  type Document,
  MongoClient,
  type MongoError,
  MongoServerError,
  MongoServerSelectionError,
  type TopologyDescription,
} from "mongodb";
import { STORE_TIMEOUT_MS, StoreSetupError } from "../store-errors.ts";
import { APP_NAME } from "./abandoned-transactions.ts";
import { startDeadline } from "./store-deadline.ts";

const EXAMPLE = "mongodb://db.example.com:27017/scope_registry?replicaSet=rs0";
const DEFAULT_DATABASE = "scope_registry";
/** Whether a URI has a path; the driver itself takes `test` where there is none. */
const NAMES_DATABASE = /^[^:]+:\/\/[^/?]+\/[^?]/;
const AUTHENTICATION_FAILED = 18;
/** What MongoDB 6.0 calls itself in its `hello`. */
const MIN_WIRE_VERSION = 17;

/** A connection that has proven to lead to a MongoDB that the registry can live in. */
export interface Connection {
  readonly client: MongoClient;
  /** The database that the URI names, else `scope_registry`. */
  readonly database: string;
  /** `MongoDB 6.0.5, replica set rs0`. */
  readonly description: string;
}

/**
 * Connects to a replica set or a sharded cluster.
 *
 * @throws {StoreSetupError} if there is none at the URI, or it is too old, or it does not accept the user.
 */
export async function connect(uri: string): Promise<Connection> {
  const client = createClient(uri);
  const hosts = client.options.srvHost ?? client.options.hosts.join(", ");
  try {
    const deadline = startDeadline(STORE_TIMEOUT_MS + 1_000);
    await deadline.within(client.connect());
    const hello = await deadline.within(client.db("admin").command({ hello: 1 }));
    const { version } = await deadline.within(client.db("admin").command({ buildInfo: 1 }));
    return {
      client,
      database: NAMES_DATABASE.test(uri) ? client.options.dbName : DEFAULT_DATABASE,
      description: describeServer(hello, String(version), hosts),
    };
  } catch (error) {
    await client.close().catch(() => {});
    throw error instanceof StoreSetupError ? error : toSetupError(error, hosts);
  }
}

function createClient(uri: string): MongoClient {
  try {
    return new MongoClient(uri, {
      appName: APP_NAME,
      retryWrites: true,
      retryReads: true,
      serverSelectionTimeoutMS: STORE_TIMEOUT_MS,
      connectTimeoutMS: STORE_TIMEOUT_MS,
      socketTimeoutMS: STORE_TIMEOUT_MS,
      waitQueueTimeoutMS: STORE_TIMEOUT_MS,
    });
  } catch {
    // No cause: the driver quotes the URI, and with it the password.
    throw new StoreSetupError(`SCOPE_REGISTRY_MONGODB_URI is not a MongoDB URI: write it like ${EXAMPLE}`);
  }
}

function describeServer({ msg, setName, maxWireVersion }: Document, version: string, hosts: string): string {
  const isSharded = msg === "isdbgrid";
  if (!isSharded && setName === undefined) {
    throw new StoreSetupError(
      `MongoDB at ${hosts} is a standalone server, which has no transactions: start it with --replSet rs0 and run rs.initiate() once`,
    );
  }
  if (maxWireVersion < MIN_WIRE_VERSION) {
    throw new StoreSetupError(`MongoDB at ${hosts} is version ${version}: upgrade it to 6.0 or newer`);
  }
  return `MongoDB ${version}, ${isSharded ? "sharded cluster" : `replica set ${setName}`}`;
}

function toSetupError(error: unknown, hosts: string): StoreSetupError {
  if (isAuthenticationFailure(error)) {
    return new StoreSetupError(
      `MongoDB at ${hosts} does not accept the user and password: correct them, or authSource, in SCOPE_REGISTRY_MONGODB_URI`,
      { cause: error },
    );
  }
  const problem =
    error instanceof MongoServerSelectionError && error.reason !== undefined
      ? describeTopology(error.reason)
      : undefined;
  return new StoreSetupError(
    problem === undefined
      ? `MongoDB at ${hosts} cannot be reached: start it, or correct SCOPE_REGISTRY_MONGODB_URI`
      : `MongoDB at ${hosts} ${problem}`,
    { cause: error },
  );
}

function isAuthenticationFailure(error: unknown): boolean {
  const found = (candidate: unknown) =>
    candidate instanceof MongoServerError && candidate.code === AUTHENTICATION_FAILED;
  return found(error) || found((error as MongoError | undefined)?.cause);
}

/** What is wrong with a deployment whose members answer, but offer no primary. */
function describeTopology({ servers, setName }: TopologyDescription): string | undefined {
  const types = new Set([...servers.values()].map((server) => server.type));
  if (types.has("RSGhost")) {
    return "is a replica set that is not set up: run rs.initiate() once";
  }
  if (types.has("RSSecondary")) {
    return "has no primary: bring up a majority of the replica set's members";
  }
  if (types.size === 0 && setName !== null) {
    return `does not belong to the replica set ${setName}: correct replicaSet in SCOPE_REGISTRY_MONGODB_URI, or start it with --replSet ${setName}`;
  }
  return undefined;
}
