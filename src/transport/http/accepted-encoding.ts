/**
 * The content coding to answer with (RFC 9110 §12.5.3): of those offered, the first among the best liked; undefined: none of
 * them, the answer goes as it is.
 *
 * @param header `Accept-Encoding`; null: it was not sent
 * @param offered in the order that the server likes
 */
export function acceptedEncoding<E extends string>(header: string | null, offered: readonly E[]): E | undefined {
  const weights = new Map<string, number>();
  for (const element of (header ?? "").split(",")) {
    const [name = "", ...parameters] = element.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    if (name !== "") weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  let best: E | undefined;
  let most = 0;
  for (const encoding of offered) {
    const weight = weights.get(encoding) ?? weights.get("*") ?? 0;
    if (weight > most) {
      best = encoding;
      most = weight;
    }
  }
  return best;
}
