import { Code, ConnectError } from "@connectrpc/connect";

/** Asks the page for tokens: the worker holds none. */
export class TokenRequests {
  readonly #post: (id: number) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<string | undefined>>();
  #last = 0;

  /** @param post asks the page */
  constructor(post: (id: number) => void) {
    this.#post = post;
  }

  /** A token that is valid now; undefined: there is none to read with. @throws {ConnectError} if the page can get none */
  ask(): Promise<string | undefined> {
    const answer = Promise.withResolvers<string | undefined>();
    this.#waiting.set(++this.#last, answer);
    this.#post(this.#last);
    return answer.promise;
  }

  answer(id: number, token: string | undefined): void {
    this.#waiting.get(id)?.resolve(token);
    this.#waiting.delete(id);
  }

  fail(id: number, why: string): void {
    this.#waiting.get(id)?.reject(new ConnectError(why, Code.Unavailable));
    this.#waiting.delete(id);
  }
}
