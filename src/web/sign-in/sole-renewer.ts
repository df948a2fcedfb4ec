/**
 * Sees to it that one tab renews a session: a tab that is duplicated has a copy of the refresh token, and an issuer that rotates them
 * ends the session of who uses one twice (RFC 9700 §4.14.2). The newest tab takes over; the other one keeps its access token.
 *
 * @param id of the session
 * @param onLost is called when another tab has taken over
 */
export function becomeRenewer(id: string, onLost: () => void): void {
  let isLeaving = false;
  addEventListener("pagehide", () => {
    isLeaving = true;
  });
  addEventListener("pageshow", () => {
    isLeaving = false;
  });
  const whileThePageLasts = () => new Promise<never>(() => undefined);
  navigator.locks?.request(`scope-registry.session.${id}`, { steal: true }, whileThePageLasts).catch(() => {
    // The same tab takes over from itself when it is loaded anew.
    if (!isLeaving) onLost();
  });
}
