"""Teaching: the learner answers first."""
