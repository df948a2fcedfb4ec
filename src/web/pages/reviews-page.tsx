import { useMemo } from "preact/hooks";
import { useCatalogue } from "../catalogue.ts";
import { PageTitle } from "../parts/page-title.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { ReviewList } from "../reviews/review-list.tsx";
import { createReviews } from "../reviews/reviews.ts";
import { useFollowedReviews } from "../reviews/use-followed-reviews.ts";

/** What waits for a review: what would come into force, and the word of those who may decide. */
export function ReviewsPage() {
  const { calls } = useCatalogue();
  const reviews = useMemo(() => createReviews(calls), []);
  useFollowedReviews(reviews);
  const { pending, error } = reviews.state.value;
  return (
    <>
      <PageTitle>Reviews</PageTitle>
      {pending === undefined ? (
        error === undefined ? (
          <Skeleton rows={6} />
        ) : (
          <Problem error={error} onRetry={() => reviews.read()} />
        )
      ) : (
        <ReviewList reviews={reviews} pending={pending} />
      )}
    </>
  );
}
