package io.aldis.benchmark.prove;

/** What all clients have in common. */
record Scene(Turns turns, Whereabouts broker, Cast cast, History history, Payloads payloads, ProofPlan.Load load) {}
