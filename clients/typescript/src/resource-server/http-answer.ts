/** An HTTP response that any framework can send. */
export interface HttpAnswer {
  readonly status: number;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** An answer with a JSON body. */
export function jsonAnswer(status: number, body: object, headers: Readonly<Record<string, string>>): HttpAnswer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}
