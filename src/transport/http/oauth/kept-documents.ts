import { LRUCache } from "lru-cache";
import { createDocument, type PublicDocument } from "./public-document.ts";

/** How much the kept documents hold together, in bytes, compressed forms included. */
const MAX_BYTES = 128 * 1024 * 1024;

/** What part of the time may go into making documents anew, one in so many. */
const SHARE = 20;

/** How long that makes others wait at the most, in milliseconds: a making may have been held up by something else. */
const MOST_PAUSE_MS = 5_000;

/** What documents are made of. */
export interface DocumentSource {
  /** Another object where the registry was loaded anew: its revisions may be of another history. */
  readonly judged: object;
  readonly revision: number;
}

interface Kept extends DocumentSource {
  readonly document: PublicDocument;
}

/**
 * Documents that are made of the registry, kept until it has another revision. Strangers may ask for them, and a registry can change
 * a thousand times a second: so making them anew takes a {@link SHARE}th of the time at the most, and meanwhile who asks
 * gets what was true a moment ago. In a small registry that moment is none; with 100,000 scopes it is about a second.
 */
export class KeptDocuments {
  readonly #source: DocumentSource;
  readonly #now: () => number;
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ document }, key) => 2 * document.body.length + key.length + 1,
  });
  #nextAt = 0;

  /** @param now the time in milliseconds, from any beginning */
  constructor(source: DocumentSource, now: () => number = () => performance.now()) {
    this.#source = source;
    this.#now = now;
  }

  /** The document of a key. `make` answers undefined where there is none; that is not kept. */
  get(key: string, make: () => object | undefined): PublicDocument | undefined {
    const { judged, revision } = this.#source;
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.judged === judged && (kept.revision === revision || this.#now() < this.#nextAt)) {
      return kept.document;
    }
    const startedAt = this.#now();
    const value = make();
    const document = value && createDocument(value);
    const endedAt = this.#now();
    // A small one does not shorten the pause after a large one.
    const pause = Math.min((SHARE - 1) * (endedAt - startedAt), MOST_PAUSE_MS);
    this.#nextAt = Math.max(this.#nextAt, endedAt + pause);
    if (document === undefined) this.#kept.delete(key);
    else this.#kept.set(key, { judged, revision, document });
    return document;
  }
}
