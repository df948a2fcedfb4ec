/** A browser: it keeps cookies and follows redirects. */
import { CALLBACK } from "./running-provider.ts";

/** Where the browser has come to. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly body: string;
}

/** A browser with cookies of its own. */
export interface Browser {
  /** Opens an address, or sends it a form, and goes where it is sent, at last to the client. */
  open(address: string, form?: URLSearchParams): Promise<Page>;
}

/** Makes a browser that sends these headers. */
export function createBrowser(headers: Readonly<Record<string, string>> = {}): Browser {
  const cookies = new Map<string, string>();
  return {
    async open(address, form) {
      let request: RequestInit = form === undefined ? {} : { method: "POST", body: form };
      let url = new URL(address);
      for (let hops = 0; hops < 10; hops += 1) {
        // Nothing listens there: what counts is what the client is told.
        if (url.href.startsWith(CALLBACK)) return { url, status: 200, body: "" };
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
        const response = await fetch(url, { ...request, redirect: "manual", headers: { ...headers, cookie } });
        for (const line of response.headers.getSetCookie()) {
          const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        const location = response.headers.get("location");
        if (location === null) return { url, status: response.status, body: await response.text() };
        url = new URL(location, url);
        request = {};
      }
      throw new Error(`Redirected in circles, to ${address}`);
    },
  };
}
