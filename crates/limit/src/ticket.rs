use std::collections::HashMap;

use crate::Payer;

/// A place among those who wait for the same limit. Accounts take turns; within a turn the first to come is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket {
    turn: u64,
    number: u64,
}

/// Gives tickets out: to each account one a turn, so one with a hundred calls waiting gets no more than one
/// with a single one.
#[derive(Default)]
pub(crate) struct Tickets {
    /// The latest turn of which a call was let pass.
    turn: u64,
    given: u64,
    /// The turn of the last ticket of each account that is ahead of the others.
    last: HashMap<Payer, u64>,
    prune_at: usize,
}

const LEAST_PRUNE: usize = 1024;

impl Tickets {
    pub(crate) fn draw(&mut self, account: Payer) -> Ticket {
        if self.last.len() > self.prune_at.max(LEAST_PRUNE) {
            // Who is not ahead draws the same ticket without an entry.
            self.last.retain(|_, last| *last >= self.turn);
            self.prune_at = 2 * self.last.len();
        }
        let last = self.last.entry(account).or_default();
        let turn = self.turn.max(*last + 1);
        *last = turn;
        self.given += 1;
        Ticket { turn, number: self.given }
    }

    /// A call with this ticket passes.
    pub(crate) fn used(&mut self, ticket: Ticket) {
        self.turn = self.turn.max(ticket.turn);
    }

    /// A call with this ticket gave up: the account may have the turn again, unless it has drawn another.
    pub(crate) fn returned(&mut self, ticket: Ticket, account: Payer) {
        if let Some(last) = self.last.get_mut(&account)
            && *last == ticket.turn
        {
            *last -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payer(account: u64) -> Payer {
        Payer::Account(format!("{account:012}").parse().unwrap())
    }

    #[test]
    fn who_has_many_calls_gets_a_turn_like_everyone() {
        let mut tickets = Tickets::default();
        let many: Vec<Ticket> = (0..3).map(|_| tickets.draw(payer(1))).collect();
        let (second, third) = (tickets.draw(payer(2)), tickets.draw(payer(3)));
        let mut order = [many.clone(), vec![second, third]].concat();
        order.sort();
        assert_eq!(order, [many[0], second, third, many[1], many[2]]);
    }

    #[test]
    fn who_comes_late_has_no_turns_saved_up() {
        let mut tickets = Tickets::default();
        for _ in 0..100 {
            let ticket = tickets.draw(payer(1));
            tickets.used(ticket);
        }
        let (newcomer, old, again) = (tickets.draw(payer(2)), tickets.draw(payer(1)), tickets.draw(payer(2)));
        assert!(newcomer < old && old < again);
    }

    #[test]
    fn turns_given_up_do_not_set_an_account_back() {
        let mut tickets = Tickets::default();
        for _ in 0..100 {
            let ticket = tickets.draw(payer(1));
            tickets.returned(ticket, payer(1));
        }
        assert!(tickets.draw(payer(1)) < tickets.draw(payer(2)));
    }

    #[test]
    fn accounts_that_are_not_ahead_are_forgotten() {
        let mut tickets = Tickets::default();
        for account in 0..100_000 {
            let ticket = tickets.draw(payer(account));
            tickets.used(ticket);
            let ticket = tickets.draw(payer(account));
            tickets.used(ticket);
        }
        assert!(tickets.last.len() <= LEAST_PRUNE + 1, "{}", tickets.last.len());
    }
}
