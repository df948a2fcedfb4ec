import { ResourceServerMode } from "@scope-registry/client/messages";

/** What a resource server's registrations may do, in some words. */
export function modeText(mode: ResourceServerMode): string {
  switch (mode) {
    case ResourceServerMode.REVIEW:
      return "Reviewed";
    case ResourceServerMode.READ_ONLY:
      return "Closed";
    default:
      return "Open";
  }
}

/** The same, in a sentence. */
export function modeExplanation(mode: ResourceServerMode): string {
  switch (mode) {
    case ResourceServerMode.REVIEW:
      return "what is new or reaches further waits for an administrator";
    case ResourceServerMode.READ_ONLY:
      return "it cannot change what it has registered";
    default:
      return "what it registers takes effect at once";
  }
}
