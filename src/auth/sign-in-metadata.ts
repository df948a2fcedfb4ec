import { discoverMetadata, type IssuerMetadata } from "@scope-registry/client/tokens";

/** How long what an issuer has told is believed, in milliseconds. */
export const BELIEVED_MS = 600_000;

/** How long an issuer that could not be asked is left alone, in milliseconds. */
export const RETRY_MS = 3_000;

/** How long a page waits for an issuer, in milliseconds. */
const WAIT_MS = 3_000;

/** Where an issuer lets people sign in. */
export interface SignInEndpoints {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** OpenID Connect RP-Initiated Logout 1.0. Undefined: it has none. */
  readonly endSessionEndpoint: string | undefined;
  /** Whether every answer of its authorization endpoint names it (RFC 9207 §3). */
  readonly namesItself: boolean;
}

/** What is known of the issuer that people sign in at. */
export interface SignInMetadata {
  /** Undefined: it cannot be asked at the moment. What it told before is believed meanwhile. */
  endpoints(): Promise<SignInEndpoints | undefined>;
}

/** What it is made of. */
export interface SignInMetadataOptions {
  readonly issuer: string;
  /** Told why an issuer could not be asked, each time. */
  readonly onProblem: (error: unknown) => void;
  /** The time, in milliseconds. */
  readonly now?: () => number;
}

/** Asks an issuer when that is first needed, once for all who wait, and now and then again. */
export function createSignInMetadata({
  issuer,
  onProblem,
  now = () => performance.now(),
}: SignInMetadataOptions): SignInMetadata {
  let known: SignInEndpoints | undefined;
  let askAgainAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<SignInEndpoints | undefined> | undefined;

  async function ask(): Promise<SignInEndpoints | undefined> {
    try {
      const signal = AbortSignal.timeout(WAIT_MS);
      known = await discoverMetadata(issuer, "authorization_endpoint and a token_endpoint", readEndpoints, signal);
      askAgainAt = now() + BELIEVED_MS;
    } catch (error) {
      onProblem(error);
      askAgainAt = now() + RETRY_MS;
    } finally {
      asking = undefined;
    }
    return known;
  }

  return {
    async endpoints() {
      if (now() < askAgainAt) return known;
      asking ??= ask();
      return asking;
    },
  };
}

function readEndpoints(metadata: IssuerMetadata): SignInEndpoints {
  return {
    authorizationEndpoint: metadata.location("authorization_endpoint"),
    tokenEndpoint: metadata.location("token_endpoint"),
    endSessionEndpoint: metadata.optionalLocation("end_session_endpoint"),
    namesItself: metadata.says("authorization_response_iss_parameter_supported"),
  };
}
