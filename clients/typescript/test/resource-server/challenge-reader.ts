/** Reads a `WWW-Authenticate` value by the grammar of RFC 9110 §11.2, with quoted strings only, to the last character. */
export function readChallenge(value: string): Record<string, string> {
  const [scheme, rest] = [value.slice(0, 7), value.slice(7)];
  if (scheme !== "Bearer ") throw new Error(`Not a Bearer challenge: ${value}`);
  const parameters: Record<string, string> = {};
  const parameter = /([a-z_]+)="((?:[\t \x21\x23-\x5b\x5d-\x7e]|\\[\t -\x7e])*)"(?:, |$)/y;
  while (parameter.lastIndex < rest.length) {
    const [, name, quoted] = parameter.exec(rest) ?? [];
    if (name === undefined || quoted === undefined) throw new Error(`Not a Bearer challenge: ${value}`);
    if (name in parameters) throw new Error(`Twice in one challenge: ${name}`);
    parameters[name] = quoted.replace(/\\(.)/g, "$1");
  }
  return parameters;
}
