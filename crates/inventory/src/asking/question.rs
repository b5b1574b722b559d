use orgwide_call::Caller;
use orgwide_names::RegionName;
use serde_json::Value;

use super::answer::{Answer, Told};
use crate::Record;
use crate::callers::Callers;
use crate::collector::Spec;
use crate::detail::{Batch, Detail};

/// One call about one record, or about many.
pub(super) struct Question {
    /// The number of the detail.
    pub(super) detail: usize,
    pub(super) input: Value,
    pub(super) caller: Caller,
    /// It is asked in another region than the list.
    pub(super) is_elsewhere: bool,
    about: Vec<About>,
}

/// A record that is asked about.
#[derive(Clone)]
struct About {
    /// Its number.
    record: usize,
    /// What it is called in a batch; none where a call is about one.
    key: Option<String>,
}

/// Everything that is to be asked about these records, record by record, and after that in batches.
pub(super) fn questions(spec: &Spec, records: &[Record], callers: &mut Callers) -> Vec<Question> {
    let mut questions = Vec::new();
    for (number, record) in records.iter().enumerate() {
        for (detail, declared) in spec.asked().iter().enumerate().filter(|(_, asked)| asked.batch.is_none()) {
            // Where a resource lacks what it is asked with, there is nothing to ask.
            if let Some(input) = declared.parameters.of(&record.subject()) {
                let about = vec![About { record: number, key: None }];
                questions.push(question(detail, input, about, &record.region, callers));
            }
        }
    }
    for (detail, declared) in spec.asked().iter().enumerate() {
        if let Some(batch) = &declared.batch {
            questions.extend(batches(detail, declared, batch, records, callers));
        }
    }
    questions
}

fn question(
    detail: usize,
    input: Value,
    about: Vec<About>,
    region: &RegionName,
    callers: &mut Callers,
) -> Question {
    let is_elsewhere = region != callers.here().region();
    let (_, caller) = callers.in_region(region);
    Question { detail, input, caller, is_elsewhere, about }
}

/// The records in batches: those next to each other, as long as all else that is asked with is the same.
fn batches(
    detail: usize,
    declared: &Detail,
    batch: &Batch,
    records: &[Record],
    callers: &mut Callers,
) -> Vec<Question> {
    let mut found: Vec<Question> = Vec::new();
    let mut last: Option<(Value, &RegionName)> = None;
    for (number, record) in records.iter().enumerate() {
        let subject = record.subject();
        let (Some(input), Some(key)) = (declared.parameters.of(&subject), batch.each.of(&subject)) else {
            continue;
        };
        let about = About { record: number, key: Some(key) };
        let place = (input, &record.region);
        match found.last_mut() {
            Some(open) if last.as_ref() == Some(&place) && open.about.len() < batch.size => {
                open.about.push(about);
            }
            _ => {
                found.push(question(detail, place.0.clone(), vec![about], &record.region, callers));
                last = Some(place);
            }
        }
    }
    found.iter_mut().for_each(|question| question.name_all(batch));
    found
}

impl Question {
    /// Makes the input name what it is about.
    fn name_all(&mut self, batch: &Batch) {
        if let Some(members) = self.input.as_object_mut() {
            let keys = self.about.iter().filter_map(|about| about.key.clone());
            members.insert(batch.parameter.clone(), keys.collect::<Vec<_>>().into());
        }
    }

    /// The same, about one at a time.
    pub(super) fn singles(&self, detail: &Detail) -> Vec<Self> {
        let single = |about: &About| {
            let mut single = Self {
                detail: self.detail,
                input: self.input.clone(),
                caller: self.caller.clone(),
                is_elsewhere: self.is_elsewhere,
                about: vec![about.clone()],
            };
            if let Some(batch) = &detail.batch {
                single.name_all(batch);
            }
            single
        };
        self.about.iter().map(single).collect()
    }

    /// The same is told of all.
    pub(super) fn all(&self, answer: &Answer) -> Vec<Told> {
        let told = |about: &About| Told { record: about.record, detail: self.detail, answer: answer.clone() };
        self.about.iter().map(told).collect()
    }

    /// What an answer tells of each.
    pub(super) fn each(&self, detail: &Detail, mut answer: Value) -> Vec<Told> {
        let Some(batch) = &detail.batch else { return self.all(&Answer::There(answer)) };
        let mut elements = batch.items.take_from(&mut answer);
        let mut find = |key: &str| {
            let elements = elements.as_array_mut()?;
            let names = |element: &Value| batch.same.of(element).and_then(Value::as_str) == Some(key);
            let place = elements.iter().position(names)?;
            Some(elements.swap_remove(place))
        };
        let told = |about: &About| {
            let found = about.key.as_deref().and_then(&mut find);
            let answer = found.map_or(Answer::Nothing, Answer::There);
            Told { record: about.record, detail: self.detail, answer }
        };
        self.about.iter().map(told).collect()
    }
}
