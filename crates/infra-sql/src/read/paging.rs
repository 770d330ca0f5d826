//! Pages by keyset: a page begins at a key, not at a number of rows, so that every page costs the same.

use sea_orm::{
    ExprTrait, Order, Value,
    prelude::Uuid,
    sea_query::{Expr, SelectStatement},
};
use tenantry_app::ports::{Page, PageKey, PageStart};

/// What of a sorted list is asked for.
pub(super) struct Window<'a> {
    start: &'a PageStart,
    descending: bool,
    limit: usize,
    last: Option<(Value, Uuid)>,
}

impl<'a> Window<'a> {
    pub(super) fn new(start: &'a PageStart, descending: bool, limit: u32) -> Self {
        Self { start, descending, limit: usize::try_from(limit).unwrap_or(usize::MAX).max(1), last: None }
    }

    /// The same, but only as far as a row with this sorted value, as its column holds it, and id.
    pub(super) fn until(&self, last: Option<(Value, Uuid)>) -> Self {
        Self { last, ..*self }
    }

    /// The page before a row is read from that row back, and turned around.
    const fn is_backward(&self) -> bool {
        matches!(self.start, PageStart::Before(_))
    }

    pub(super) const fn bound(&self) -> Option<&PageKey> {
        match self.start {
            PageStart::First => None,
            PageStart::After(key) | PageStart::Before(key) => Some(key),
        }
    }

    /// From the bound on, whose sorted value is `bound` as the column holds it.
    pub(super) fn narrow(&self, query: &mut SelectStatement, (key, id): (&Expr, &Expr), bound: Option<Value>) {
        // A comparison of rows can use an index, the same said with OR cannot.
        let row = || Expr::tuple([key.clone(), id.clone()]);
        let stored = |(value, id): (Value, Uuid)| Expr::tuple([Expr::val(value), Expr::val(id)]);
        let ascends = self.order() == Order::Asc;
        if let Some(bound) = bound.zip(self.bound().map(|key| key.id)).map(stored) {
            query.and_where(if ascends { row().gt(bound) } else { row().lt(bound) });
        }
        if let Some(last) = self.last.clone().map(stored) {
            query.and_where(if ascends { row().lte(last) } else { row().gte(last) });
        }
    }

    /// Sorts, and ends after one row too many.
    pub(super) fn sort(&self, query: &mut SelectStatement, (key, id): (&Expr, &Expr)) {
        query.order_by_expr(key.clone(), self.order()).order_by_expr(id.clone(), self.order());
        query.limit(self.limit as u64 + 1);
    }

    fn order(&self) -> Order {
        if self.descending == self.is_backward() { Order::Asc } else { Order::Desc }
    }

    /// Whether rows fill the page, and are one too many.
    pub(super) const fn is_full(&self, rows: usize) -> bool {
        rows > self.limit
    }

    /// The page, from rows as the query answers them.
    pub(super) fn page<T>(&self, mut rows: Vec<(PageKey, T)>) -> Page<T> {
        let more = self.is_full(rows.len());
        rows.truncate(self.limit);
        if self.is_backward() {
            rows.reverse();
        }
        let (precede, follow) = match self.start {
            PageStart::First => (false, more),
            PageStart::After(_) => (true, more),
            PageStart::Before(_) => (more, true),
        };
        let first = rows.first().map(|(key, _)| key.clone()).filter(|_| precede);
        let last = rows.last().map(|(key, _)| key.clone()).filter(|_| follow);
        Page { previous: first, next: last, items: rows.into_iter().map(|(_, row)| row).collect() }
    }
}

pub(super) const fn empty<T>() -> Page<T> {
    Page { items: Vec::new(), next: None, previous: None }
}
