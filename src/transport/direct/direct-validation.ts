/**
 * ValidateScopes from bytes to bytes. A request whose names are open to whoever asks, as those of most are, is answered out of pieces
 * that are kept for each name, so that neither its message nor a judgement is made. Whatever is different is left to the way that reads
 * every request (`../registry-service.ts`), and the answers are the same, byte by byte.
 */
import {
  audiencesOf,
  dayOf,
  type JudgedRegistry,
  MAX_PARTY_LENGTH,
  type OpenScope,
} from "@scope-registry/client/judging";
import type { VerdictCounts } from "../../registry/verdict-counts.ts";
import { FRAME_HEAD_BYTES, openFrame } from "../grpc/grpc-frame.ts";
import { encodeNumber, encodeTexts } from "../messages/encode-field.ts";
import { encodeVerdict } from "../messages/encode-judgement.ts";
import { KnownNames } from "./known-names.ts";
import { MAX_PLAIN_NAMES, PlainRequest } from "./plain-request.ts";

/** How much the pieces of all names hold together at the most. */
const MAX_PIECES_BYTES = 64 * 1024 * 1024;
/** How many clients are told apart, for whom the use of a scope is known to be noted. */
const MAX_CLIENTS = 100_000;
/** Fields of `ValidateScopesResponse`. */
const GRANTED = 2;
const AUDIENCES = 3;
const REVISION = 8;
/** `valid`: true. */
const VALID = [0x08, 0x01] as const;

/** The registry as it is judged by. */
export interface DirectlyJudged {
  readonly judged: JudgedRegistry;
  readonly verdicts: VerdictCounts;
  /** Notes that a client was granted scopes today. False: not all of it could be kept. */
  noteUse(clientId: string, names: readonly string[]): boolean;
}

interface ResourceList {
  readonly resources: readonly string[];
  readonly audiences: Uint8Array;
}

/** Answers requests to validate scopes directly. */
export class DirectValidation {
  readonly #registry: DirectlyJudged;
  readonly #request = new PlainRequest();
  readonly #names: KnownNames;
  /** The scope of each entry, and each list of resources. */
  readonly #open: OpenScope[] = [];
  readonly #lists: ResourceList[] = [];
  readonly #listNumbers = new Map<readonly string[], number>();
  readonly #clientNumbers = new Map<string, number>();
  readonly #found = new Int32Array(MAX_PLAIN_NAMES);
  /** What the pieces are of: all is forgotten when that changes. */
  #judged: JudgedRegistry | undefined;
  #revision = -1;
  #day = -1;
  #tail: Uint8Array = new Uint8Array();

  constructor(registry: DirectlyJudged, { maxBytes = MAX_PIECES_BYTES } = {}) {
    this.#registry = registry;
    this.#names = new KnownNames(maxBytes);
  }

  /** The frame that answers the message of a request; undefined: it has to be read in the usual way. */
  answer(message: Buffer): Buffer | undefined {
    const request = this.#request;
    if (!request.read(message)) return undefined;
    const clientId = request.clientId();
    if (clientId === undefined || clientId.length > MAX_PARTY_LENGTH) return undefined;
    if (clientId !== "" && this.#registry.judged.clients.rightsOf(clientId) !== undefined) return undefined;
    this.#keepUp();
    const count = this.#find(request);
    if (count === 0) return undefined;
    this.#noteUse(clientId, count);
    this.#countVerdicts(count);
    return this.#frame(count);
  }

  #keepUp(): void {
    const { judged } = this.#registry;
    const { revision } = judged;
    const day = dayOf(Date.now());
    if (judged === this.#judged && revision === this.#revision && day === this.#day) return;
    this.#judged = judged;
    this.#revision = revision;
    this.#day = day;
    this.#tail = encodeNumber(REVISION, revision);
    this.#names.clear();
    this.#open.length = 0;
    this.#lists.length = 0;
    this.#listNumbers.clear();
    this.#clientNumbers.clear();
  }

  /** Finds the entries of the names, each once. Returns how many there are; 0: not all names are open. */
  #find(request: PlainRequest): number {
    const { bytes } = request;
    const found = this.#found;
    let count = 0;
    names: for (let at = 0; at < request.count; at++) {
      const start = request.start(at);
      const end = request.end(at);
      let entry = this.#names.find(bytes, start, end);
      if (entry < 0) entry = this.#learn(bytes, start, end);
      if (entry < 0) return 0;
      for (let before = 0; before < count; before++) if (found[before] === entry) continue names;
      found[count++] = entry;
    }
    return count;
  }

  #learn(bytes: Buffer, start: number, end: number): number {
    // Names of scopes are ASCII: what is not becomes the name of none.
    const open = this.#judged?.scopes.open(bytes.toString("latin1", start, end));
    if (open === undefined) return -1;
    const granted = encodeTexts(GRANTED, [open.name]);
    const list = this.#listNumber(open.resources);
    const { verdict } = open;
    const countedIn = this.#registry.verdicts.cellOf(verdict.status, verdict.scope.owner);
    const entry = this.#names.add(granted, open.name.length, encodeVerdict(verdict), list, countedIn);
    if (entry >= 0) this.#open[entry] = open;
    return entry;
  }

  #listNumber(resources: readonly string[]): number {
    let number = this.#listNumbers.get(resources);
    if (number === undefined) {
      number = this.#lists.push({ resources, audiences: encodeAudiences([{ resources }]) }) - 1;
      this.#listNumbers.set(resources, number);
    }
    return number;
  }

  #noteUse(clientId: string, count: number): void {
    const client = this.#clientNumber(clientId);
    let fresh: number[] | undefined;
    for (let at = 0; at < count; at++) {
      const entry = this.#found[at] as number;
      if (this.#names.client(entry) === client) continue;
      fresh ??= [];
      fresh.push(entry);
    }
    if (fresh === undefined) return;
    const names = fresh.map((entry) => this.#open[entry]?.name ?? "");
    const isNoted = this.#registry.noteUse(clientId, names);
    if (isNoted && client > 0) for (const entry of fresh) this.#names.noteClient(entry, client);
  }

  #countVerdicts(count: number): void {
    const { verdicts } = this.#registry;
    for (let at = 0; at < count; at++) verdicts.countIn(this.#names.countedIn(this.#found[at] as number));
  }

  /** A number of the client's own; -1: there are too many clients, and it is told apart from none. */
  #clientNumber(clientId: string): number {
    let number = this.#clientNumbers.get(clientId);
    if (number === undefined) {
      if (this.#clientNumbers.size === MAX_CLIENTS) return -1;
      number = this.#clientNumbers.size + 1;
      this.#clientNumbers.set(clientId, number);
    }
    return number;
  }

  #frame(count: number): Buffer {
    const names = this.#names;
    const found = this.#found;
    const audiences = this.#audiences(count);
    let size = VALID.length + audiences.length + this.#tail.length;
    for (let at = 0; at < count; at++) {
      const entry = found[at] as number;
      size += names.grantedSize(entry) + names.verdictSize(entry);
    }
    const frame = openFrame(size);
    frame[FRAME_HEAD_BYTES] = VALID[0];
    frame[FRAME_HEAD_BYTES + 1] = VALID[1];
    let end = FRAME_HEAD_BYTES + VALID.length;
    for (let at = 0; at < count; at++) end = names.copyGranted(found[at] as number, frame, end);
    frame.set(audiences, end);
    end += audiences.length;
    for (let at = 0; at < count; at++) end = names.copyVerdict(found[at] as number, frame, end);
    frame.set(this.#tail, end);
    return frame;
  }

  #audiences(count: number): Uint8Array {
    const first = this.#names.resources(this.#found[0] as number);
    for (let at = 1; at < count; at++) {
      if (this.#names.resources(this.#found[at] as number) !== first) return this.#joinedAudiences(count);
    }
    return this.#lists[first]?.audiences ?? new Uint8Array();
  }

  /** The audiences of scopes of several APIs, put together in order: each list is of one resource as a rule. */
  #joinedAudiences(count: number): Uint8Array {
    const lists: ResourceList[] = [];
    let size = 0;
    for (let at = 0; at < count; at++) {
      const list = this.#lists[this.#names.resources(this.#found[at] as number)] as ResourceList;
      if (list.resources.length > 1) return this.#mixedAudiences(count);
      const [resource = ""] = list.resources;
      let place = lists.length;
      while (place > 0 && (lists[place - 1]?.resources[0] ?? "") > resource) place--;
      if (place > 0 && lists[place - 1]?.resources[0] === resource) continue;
      lists.splice(place, 0, list);
      size += list.audiences.length;
    }
    const joined = Buffer.allocUnsafe(size);
    let end = 0;
    for (const { audiences } of lists) {
      joined.set(audiences, end);
      end += audiences.length;
    }
    return joined;
  }

  #mixedAudiences(count: number): Uint8Array {
    const lists = Array.from(this.#found.subarray(0, count), (entry) => this.#lists[this.#names.resources(entry)]);
    return encodeAudiences(lists.filter((list) => list !== undefined));
  }
}

function encodeAudiences(granted: readonly { readonly resources: readonly string[] }[]): Uint8Array {
  return encodeTexts(AUDIENCES, audiencesOf(granted, []));
}
