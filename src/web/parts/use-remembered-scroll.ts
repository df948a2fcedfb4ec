import { useLayoutEffect } from "preact/hooks";
import { rememberedScroll } from "../navigation/navigation.ts";

/** Goes to where the place was left, once what it shows is there. @param ready whether it is */
export function useRememberedScroll(ready: boolean): void {
  useLayoutEffect(() => {
    const top = rememberedScroll();
    if (ready && top > 0) scrollTo(0, top);
  }, [ready]);
}
