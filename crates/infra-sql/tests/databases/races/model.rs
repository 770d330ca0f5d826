//! The tree as naive as can be: names, parents, and what follows.

use std::collections::{BTreeMap, BTreeSet};

use super::calls::{Call, Change};

pub const ROOT: &str = "Northwind";
/// The home of the one who may act below it only.
pub const HOME: &str = "Contoso";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub parent: Option<String>,
    pub is_customer: bool,
    pub is_suspended: bool,
    pub removed_with: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    pub nodes: BTreeMap<String, Node>,
    /// Where somebody was given a role.
    pub given: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Done,
    /// It was so already.
    Nothing,
    Refused,
}

/// What each call comes to and what the tree is then, for every order of the calls.
pub fn serial_orders(start: &Tree, calls: &[Call]) -> Vec<(Vec<Ended>, Tree)> {
    orders(calls.len())
        .into_iter()
        .map(|order| {
            let mut tree = start.clone();
            let mut ended = vec![Ended::Nothing; calls.len()];
            for number in order {
                ended[number] = tree.take(&calls[number]);
            }
            (ended, tree)
        })
        .collect()
}

fn orders(count: usize) -> Vec<Vec<usize>> {
    let Some(last) = count.checked_sub(1) else { return vec![Vec::new()] };
    let with_last = |order: Vec<usize>| {
        (0..=order.len()).map(move |place| {
            let mut order = order.clone();
            order.insert(place, last);
            order
        })
    };
    orders(last).into_iter().flat_map(with_last).collect()
}

impl Tree {
    pub fn add(&mut self, name: &str, parent: Option<&str>, is_customer: bool) {
        let parent = parent.map(str::to_owned);
        let node = Node { parent, is_customer, is_suspended: false, removed_with: None };
        self.nodes.insert(name.to_owned(), node);
    }

    pub fn line(&self, name: &str) -> Vec<String> {
        let mut line = vec![name.to_owned()];
        while let Some(parent) = &self.nodes[&line[line.len() - 1]].parent {
            assert!(line.len() <= self.nodes.len(), "a cycle: {line:?}");
            line.push(parent.clone());
        }
        line
    }

    pub fn is_within(&self, name: &str, top: &str) -> bool {
        self.line(name).iter().any(|above| above == top)
    }

    fn is_live(&self, name: &str) -> bool {
        self.nodes[name].removed_with.is_none()
    }

    fn is_in_use(&self, name: &str) -> bool {
        self.is_live(name) && !self.line(name).iter().any(|above| self.nodes[above].is_suspended)
    }

    fn take(&mut self, call: &Call) -> Ended {
        if !self.is_in_use(call.home()) || !self.allows(call) {
            return Ended::Refused;
        }
        match call.change.clone() {
            Change::Move { account, parent } => {
                let node = self.nodes.get_mut(&account).unwrap();
                if node.parent.as_ref() == Some(&parent) {
                    return Ended::Nothing;
                }
                node.parent = Some(parent);
            }
            Change::Suspend(account) => {
                let node = self.nodes.get_mut(&account).unwrap();
                if node.is_suspended {
                    return Ended::Nothing;
                }
                node.is_suspended = true;
            }
            Change::Remove(account) => {
                let gone = |name: &&String| self.is_live(name) && self.is_within(name, &account);
                let gone: Vec<String> = self.nodes.keys().filter(gone).cloned().collect();
                for name in gone {
                    self.nodes.get_mut(&name).unwrap().removed_with = Some(account.clone());
                }
            }
            Change::Create { parent, name } => self.add(&name, Some(&parent), false),
            Change::Give(account) => {
                self.given.insert(account);
            }
        }
        Ended::Done
    }

    /// Who calls holds everything below home, and whoever is not removed is in view there.
    fn allows(&self, call: &Call) -> bool {
        let home = call.home();
        let reaches = |name: &str| self.is_live(name) && self.is_within(name, home);
        let holds = |name: &str| reaches(name) && name != home;
        match &call.change {
            Change::Move { account, parent } => {
                let makes_cycle = self.is_within(parent, account);
                holds(account) && reaches(parent) && !makes_cycle && !self.nodes[parent].is_customer
            }
            Change::Suspend(account) | Change::Remove(account) => holds(account),
            Change::Create { parent, .. } => reaches(parent) && !self.nodes[parent].is_customer,
            // To somebody whom the other one does not see.
            Change::Give(account) => !call.is_delegate && reaches(account),
        }
    }
}
