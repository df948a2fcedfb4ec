import type { IncomingMessage } from "node:http";
import { parse } from "node:querystring";

/** The most that is read of a form, in bytes. The provider reads no more either. */
const MAX_FORM_LENGTH = 56 * 1024;

/** A form by the names of its fields. */
export type PeekedForm = Readonly<Record<string, unknown>>;

/**
 * The form in a request's body, which is left there for the provider to read. A form that is too long, or that the client
 * breaks off, has no fields.
 */
export async function peekForm(request: IncomingMessage): Promise<PeekedForm> {
  // An application around the provider has read it.
  if (!request.readable) return "body" in request && isForm(request.body) ? request.body : {};
  return parse(await peekBody(request));
}

function isForm(body: unknown): body is PeekedForm {
  return typeof body === "object" && body !== null;
}

function peekBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (body: string) => {
      request.off("readable", read).off("end", giveUp).off("close", giveUp);
      resolve(body);
    };
    const giveUp = () => finish("");
    const read = () => {
      const chunk: Buffer | null = request.read();
      if (chunk !== null) chunks.push(chunk);
      length += chunk?.length ?? 0;
      if (length > MAX_FORM_LENGTH) return giveUp();
      if (!request.complete) return;
      const body = Buffer.concat(chunks);
      // In the same turn as the last read: after the stream's end nothing can be put back.
      request.unshift(body);
      finish(body.toString());
    };
    request.on("readable", read).once("end", giveUp).once("close", giveUp);
  });
}
