import type { Caller } from "../../auth/caller.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import type { ArrivalBudget } from "../arrival-budget.ts";
import { callerLeft } from "../message-refusals.ts";
import { boundedBody } from "./bounded-body.ts";
import type { HttpRequest } from "./http-call.ts";

/** How a body is read. */
export interface WholeBodyOptions {
  /** Whose it is. Undefined: a stranger's, who shows in it who he is. */
  readonly caller: Caller | undefined;
  readonly budget: ArrivalBudget;
  /** The largest body, in bytes. */
  readonly maxBytes: number;
  /** What to do about a larger one, for its refusal. */
  readonly remedy: string;
}

/** The body of a request, whole. @throws {RegistryError} MESSAGE_TOO_LARGE, OVERLOADED, CANCELLED */
export async function wholeBody(
  body: AsyncIterable<Uint8Array>,
  source: HttpRequest,
  { caller, budget, maxBytes, remedy }: WholeBodyOptions,
): Promise<Buffer> {
  const tooLarge = () =>
    new RegistryError("MESSAGE_TOO_LARGE", `The body is larger than ${maxBytes} bytes: ${remedy}`, {
      metadata: { limit: String(maxBytes) },
    });
  // Before any of it is read, where that is known by then.
  if (Number(source.headers["content-length"]) > maxBytes) throw tooLarge();
  const open = (refuse: (refusal: RegistryError) => void) => {
    const arrival = budget.open(refuse);
    if (caller !== undefined) arrival.belongsTo(caller.owner);
    return arrival;
  };
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of boundedBody(body, source, open)) {
      bytes += piece.length;
      if (bytes > maxBytes) throw tooLarge();
      pieces.push(piece);
    }
  } catch (error) {
    // Anything else is a connection that broke.
    throw error instanceof RegistryError ? error : callerLeft();
  }
  return Buffer.concat(pieces);
}
