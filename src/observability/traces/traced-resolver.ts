import type { TokenResolver } from "../../auth/token-resolver.ts";
import type { SpanMaker } from "./span-maker.ts";

/** A resolver that makes a span for each token that a traced call has resolved: those that are remembered do not come here. */
export function tracedResolver(resolver: TokenResolver, spans: SpanMaker): TokenResolver {
  return { resolve: (token, options) => spans.step("verify token", () => resolver.resolve(token, options)) };
}
