import { complain } from "../../ui/toast";

/** Ends the session and leaves nothing of it in memory. */
export async function signOut(): Promise<void> {
  const response = await fetch("/sign-out", { method: "POST", redirect: "manual" }).catch(
    () => undefined,
  );
  if (response === undefined || response.status >= 400) {
    complain("Could not sign out.", "The hub does not answer. Try again in a moment.");
    return;
  }
  window.location.assign("/sign-in");
}
