//! Explaining decisions.

mod asking;
mod explain_decision;

pub use explain_decision::{
    DecisionExplained, ExplainDecision, ExplainDecisionInput, Explanation, GrantExplained, Grantor, NamedAccount,
    Remedy,
};
