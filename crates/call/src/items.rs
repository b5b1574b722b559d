use std::fmt;
use std::sync::Arc;

use orgwide_models::{Kind, Model, Operation, ShapeId};
use orgwide_session::{Call, Failure};
use serde_json::Value;

use crate::answer::{AnswerError, ItemPaths, ItemReader};
use crate::callee::Callee;
use crate::pages::Series;
use crate::special::{self, Changed, ItemFix};
use crate::{CallError, Caller, reading};

/// The items of a list over all pages, handed out one by one while they are read: of a page there is its text in
/// memory, and one item.
///
/// Where an operation is not known to answer with a list and no path is set, its answer is the one item.
///
/// ```no_run
/// # async fn of(caller: orgwide_call::Caller) -> Result<(), orgwide_call::CallError> {
/// let mut instances =
///     caller.items("ec2", "DescribeInstances", serde_json::json!({}))?.at("Reservations.Instances")?;
/// while let Some(page) = instances.next_page().await? {
///     for instance in page {
///         println!("{}", instance?["InstanceId"]);
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Items {
    series: Series,
    lists: Option<Lists>,
    page: Option<Page>,
}

/// Where the items are.
struct Lists {
    paths: Arc<ItemPaths>,
    names: Vec<String>,
}

/// A page that is being read.
enum Page {
    /// Item by item.
    Reading { reader: Box<ItemReader>, fixes: Vec<ItemFix>, changed: Changed },
    /// As one item, until it is given out, and then what is wrong with going on from it.
    Whole(Option<Value>, Option<CallError>),
    /// It turned out to be broken, which has been told.
    Broken,
}

/// The items of one page that have not been taken yet.
///
/// After an error there is nothing more, on this page and after it. Items that are not taken are passed over
/// when the next page is asked for.
pub struct ItemPage<'a> {
    callee: &'a Arc<Callee>,
    caller: &'a Caller,
    page: &'a mut Page,
}

impl Items {
    pub(crate) fn new(caller: Caller, callee: Arc<Callee>, input: Value) -> Result<Self, CallError> {
        let lists = ItemPaths::of_results(&callee.model, &callee.operation).map(|(paths, names)| Lists {
            paths: Arc::new(paths),
            names: names.into_iter().map(str::to_owned).collect(),
        });
        Ok(Self { series: Series::new(caller, callee, input), lists, page: None })
    }

    /// The items at that path instead of those that the operation is known to list: member names with dots between
    /// them, such as `Reservations.Instances`, which is the instances of all reservations. The entries of a map
    /// are items too, as objects of one key and its value.
    ///
    /// # Errors
    ///
    /// The path leads to no list and no map.
    pub fn at(self, path: &str) -> Result<Self, CallError> {
        let Callee { model, operation } = &*self.series.callee;
        let paths = Arc::new(ItemPaths::new(model, operation, &[path])?);
        Ok(Self { lists: Some(Lists { paths, names: vec![path.to_owned()] }), ..self })
    }

    /// Fetches the next page. None after the last one.
    ///
    /// Dropping it under way is safe: the page is asked for again.
    ///
    /// # Errors
    ///
    /// That of the call, or what is wrong with the rest of the page before, if that has not been told. After it
    /// there are no more pages.
    pub async fn next_page(&mut self) -> Result<Option<ItemPage<'_>>, CallError> {
        self.leave_page()?;
        let Series { caller, callee, .. } = &self.series;
        let Some(input) = self.series.input() else { return Ok(None) };
        let page = match &self.lists {
            None => caller.send(callee, input, reading::answer).await.map(|answer| {
                let failure = self.series.advance(&answer).err();
                Page::Whole(Some(answer), failure)
            }),
            Some(lists) => {
                let paths = Arc::clone(&lists.paths);
                let read = move |callee: &Arc<Callee>, changed, raw: orgwide_session::RawAnswer<'_>| {
                    Ok((reading::items(callee, &raw, &paths)?, changed))
                };
                let sent = caller.send(callee, input, read).await;
                sent.map(|(reader, changed)| {
                    let fixes = fixes(callee, &lists.names, changed);
                    Page::Reading { reader: Box::new(reader), fixes, changed }
                })
            }
        };
        match page {
            Ok(page) => {
                let page = self.page.insert(page);
                Ok(Some(ItemPage { callee: &self.series.callee, caller: &self.series.caller, page }))
            }
            Err(error) => {
                self.series.end();
                Err(error)
            }
        }
    }

    /// The next item, of this page or the next; none after the last, and none after an error.
    ///
    /// # Errors
    ///
    /// As [`next_page`](Self::next_page), or what is wrong with this item.
    pub async fn next(&mut self) -> Option<Result<Value, CallError>> {
        loop {
            if let Some(page) = &mut self.page {
                let Series { caller, callee, .. } = &self.series;
                if let Some(item) = (ItemPage { callee, caller, page }).next() {
                    return Some(item);
                }
            }
            match self.next_page().await {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Reads what is left of the page, for what says where the next one is.
    fn leave_page(&mut self) -> Result<(), CallError> {
        let Some(page) = self.page.take() else { return Ok(()) };
        match page {
            Page::Broken => self.series.end(),
            Page::Whole(_, failure) => failure.map_or(Ok(()), Err)?,
            Page::Reading { mut reader, changed, .. } => match reader.rest() {
                Ok(mut rest) => {
                    let Callee { model, operation } = &*self.series.callee;
                    special::fix_answer(model, operation, changed, &mut rest);
                    self.series.advance(&rest)?;
                }
                Err(error) => {
                    self.series.end();
                    return Err(broken(&self.series.caller, &self.series.callee, &error));
                }
            },
        }
        Ok(())
    }
}

impl Iterator for ItemPage<'_> {
    type Item = Result<Value, CallError>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = match self.page {
            Page::Broken => return None,
            Page::Whole(answer, _) => return answer.take().map(Ok),
            Page::Reading { reader, fixes, .. } => match reader.next()? {
                Ok(mut item) => {
                    if let Some(fix) = fixes.get(reader.path()) {
                        fix.apply(&self.callee.model, &mut item);
                    }
                    Ok(item)
                }
                Err(error) => Err(broken(self.caller, self.callee, &error)),
            },
        };
        if item.is_err() {
            *self.page = Page::Broken;
        }
        Some(item)
    }
}

impl std::iter::FusedIterator for ItemPage<'_> {}

fn broken(caller: &Caller, callee: &Callee, error: &AnswerError) -> CallError {
    let call: Call = caller.call_of(callee, None);
    let failure = if error.is_truncated() { Failure::cut_off } else { Failure::not_from_aws };
    CallError::Failed(failure(call, &error.to_string()))
}

fn fixes(callee: &Callee, names: &[String], changed: Changed) -> Vec<ItemFix> {
    let Callee { model, operation } = callee;
    let fix = |path: &String| ItemFix::new(model, operation, changed, path, element(model, operation, path));
    names.iter().map(fix).collect()
}

/// The shape of the elements of the list at a path.
fn element(model: &Model, operation: &Operation, path: &str) -> Option<ShapeId> {
    let through_lists = |mut id: ShapeId| {
        // A list of itself has no elements.
        for _ in 0..16 {
            match model.shape(id).members.first() {
                Some(element) if model.shape(id).kind == Kind::List => id = element.shape,
                _ => break,
            }
        }
        id
    };
    let mut shape = operation.output?;
    for name in path.split('.') {
        let structure = model.shape(through_lists(shape));
        shape = structure.members.iter().find(|member| model.text(member.name) == name)?.shape;
    }
    Some(through_lists(shape))
}

impl fmt::Debug for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("operation", &self.series.callee.id()).finish_non_exhaustive()
    }
}

impl fmt::Debug for ItemPage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemPage").field("operation", &self.callee.id()).finish_non_exhaustive()
    }
}
