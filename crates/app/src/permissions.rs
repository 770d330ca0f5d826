//! Explaining decisions.

mod explain_decision;

pub use explain_decision::{DecisionExplained, ExplainDecision, ExplainDecisionInput, Explanation, Remedy};
