use orgwide_account::RoleChain;
use orgwide_ledger::{Column, Columns, Kind};
use orgwide_names::{AccountId, RegionName};
use orgwide_session::{Failure, OnWait, Session, origin_of};
use serde::Serialize;

use crate::args::{WhoamiArgs, hops};
use crate::connect::Hub;
use crate::escape::for_terminal;
use crate::exit::Exit;
use crate::output::{Output, stdout};
use crate::stop::Stop;
use crate::{logging, printer, table};

/// The members of a row of `whoami`.
const COLUMNS: Columns = &[
    Column::new("frame", Kind::Integer),
    Column::new("account_id", Kind::Text),
    Column::new("arn", Kind::Text),
    Column::new("user_id", Kind::Text),
    Column::new("partition", Kind::Text),
    Column::new("region", Kind::Text),
    Column::new("credentials", Kind::Text),
    Column::new("expires_at", Kind::Text),
];

/// A row of `whoami`: one frame of the stack, the caller first.
#[derive(Debug, Serialize)]
struct FrameRow {
    frame: usize,
    account_id: AccountId,
    arn: String,
    user_id: String,
    partition: &'static str,
    region: RegionName,
    /// Where the credentials come from, in words; none when that is not known.
    credentials: Option<String>,
    /// When they end; none when they do not, or when that is not known.
    expires_at: Option<String>,
}

/// Says who the calls are made as. It asks STS, and assumes no role but with `--account`.
pub(crate) async fn run(args: WhoamiArgs) -> Result<Exit, Stop> {
    logging::start(args.connection.log.as_deref())?;
    let mut output = Output::open(&args.output, COLUMNS)?;
    let (rows, ended) = match ask(&args).await {
        Ok(asked) => asked,
        Err(stop) => {
            output.discard();
            return Err(stop);
        }
    };
    if output.is_for_eyes() {
        printer::data(&as_table(&rows)).map_err(stdout)?;
    } else {
        output.write(&rows)?;
    }
    output.finish().map(|()| ended)
}

/// The frames as far as they can be entered.
async fn ask(args: &WhoamiArgs) -> Result<(Vec<FrameRow>, Exit), Stop> {
    let hub = Hub::connect(&args.connection, OnWait::default()).await?;
    let mut hops = hops(&args.role, &args.configured_roles).into_iter();
    let first = hops.next().map(RoleChain::new).unwrap_or_default();
    let chain = hops.fold(first, RoleChain::then);
    let requests = args.account.map(|account| chain.requests(hub.session.partition(), account)).transpose();
    let requests = requests.map_err(|error| Stop::usage(format!("--role: {error}")))?.unwrap_or_default();
    hub.reach().await.map_err(|failure| Stop::nothing_started(&failure))?;
    let caller = row(0, &hub.session).await.map_err(|failure| Stop::nothing_started(&failure))?;
    let (mut rows, mut session) = (vec![caller], hub.session.clone());
    for (below, request) in requests.iter().enumerate() {
        session = session.assumed(request);
        match row(below + 1, &session).await {
            Ok(mut assumed) => {
                assumed.credentials = Some(format!("a role, assumed by frame {below}"));
                rows.push(assumed);
            }
            Err(failure) => {
                printer::complain(&failure.to_string(), Some(&failure.next_step()));
                return Ok((rows, Exit::Partial));
            }
        }
    }
    Ok((rows, Exit::Complete))
}

async fn row(frame: usize, session: &Session) -> Result<FrameRow, Failure> {
    let identity = session.identity().await?;
    let credentials = session.credentials().await?;
    Ok(FrameRow {
        frame,
        account_id: identity.account(),
        arn: identity.arn().to_owned(),
        user_id: identity.user_id().to_owned(),
        partition: identity.partition().id(),
        region: session.home_region().clone(),
        credentials: origin_of(&credentials),
        expires_at: credentials
            .expiry()
            .and_then(|time| jiff::Timestamp::try_from(time).ok())
            .map(|time| time.to_string()),
    })
}

/// A frame is a few lines: its ARN alone would fill a row.
fn as_table(rows: &[FrameRow]) -> String {
    let mut table = table::new(["frame", "", ""]);
    for row in rows {
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let lines = [
            ("account", row.account_id.to_string()),
            ("arn", for_terminal(&row.arn).to_string()),
            ("user id", for_terminal(&row.user_id).to_string()),
            ("partition", row.partition.to_owned()),
            ("home region", row.region.to_string()),
            ("credentials", or_dash(row.credentials.clone())),
            ("they end", or_dash(row.expires_at.clone())),
        ];
        for (place, (name, value)) in lines.into_iter().enumerate() {
            let frame = if place == 0 { row.frame.to_string() } else { String::new() };
            table.add_row([frame, name.to_owned(), value]);
        }
    }
    table.to_string()
}
