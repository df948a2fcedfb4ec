/**
 * The languages of an `Accept-Language` header (RFC 9110 §12.5.4), best first. The wildcard and what has no weight are left
 * out.
 */
export function parseAcceptLanguage(header: string): readonly string[] {
  return header
    .split(",")
    .map((item) => {
      const [range = "", ...parameters] = item.split(";").map((part) => part.trim());
      const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2) ?? "1";
      return { range, weight: Number(weight) };
    })
    .filter(({ range, weight }) => range !== "" && range !== "*" && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ range }) => range);
}
