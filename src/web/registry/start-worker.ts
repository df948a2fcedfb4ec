/** The policy that the page's Content-Security-Policy allows; browsers that know no such policies take the URL as it is. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/** Starts the worker behind the page. Where its script is stands in the page: the name is that of this build. */
export function startWorker(): Worker {
  const url = document.querySelector<HTMLMetaElement>("meta[name=worker]")?.content ?? "";
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  // No other URL can come out of it, whoever calls.
  const policy = trustedTypes?.createPolicy("catalogue", { createScriptURL: () => url });
  return new Worker(policy?.createScriptURL(url) ?? url, { type: "module", name: "feed" });
}
