/** Signing in, or staying so, has failed. The message is for people, and says what to do. */
export class SignInError extends Error {
  override readonly name = "SignInError";
}
