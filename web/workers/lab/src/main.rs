//! The laboratory's worker: laboratories, each with units and a run of the exact engine over them.
//!
//! The page starts it as it starts its other workers, when a view of the classroom is opened.
#![forbid(unsafe_code)]

use lab::check::{self, Solution};
use lab::compare::compare;
use lab::{Lab, Seek, Setup, practice, scenario};
use protocol::codec::{from_js, to_js};
use protocol::lab::{
    AnyLabQuestion, Check, Compare, Draw, ExportSetup, FindSteps, GoTo, LabId, LabQuestion,
    LabRequest, LabResponse, ListScenarios, ListSections, Open, OpenBy, Opened, PackText, Practise,
    Relocate, SetupSource, TellSteps, UnpackText,
};
use protocol::port;
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;

fn main() {
    let mut labs = Labs::default();
    port::serve(move |message| {
        let request = from_js(message)
            .map_err(|error| format!("a request to the laboratory could not be read: {error}"))?;
        match request {
            LabRequest::Ask {
                lab,
                ticket,
                question,
            } => port::post(&match labs.answer(lab, question) {
                Ok(answer) => LabResponse::Answered { ticket, answer },
                Err(cause) => LabResponse::Refused { ticket, cause },
            }),
            LabRequest::Close(lab) => labs.0.retain(|id, _| *id != lab),
        }
        Ok(())
    });
}

/// The laboratories that are set up.
#[derive(Default)]
struct Labs(BTreeMap<LabId, Lab>);

impl Labs {
    fn answer(&mut self, id: LabId, question: AnyLabQuestion) -> Result<JsValue, String> {
        match question {
            AnyLabQuestion::Open(question) => written::<Open>(&self.open(id, question)?),
            AnyLabQuestion::OpenBy(OpenBy {
                from,
                algorithm,
                seek,
            }) => {
                let lab = Lab::by(setup(from)?, algorithm);
                written::<OpenBy>(&self.put(id, lab, seek))
            }
            AnyLabQuestion::FindSteps(FindSteps(names)) => {
                written::<FindSteps>(&self.lab(id)?.find(&names))
            }
            AnyLabQuestion::Compare(Compare { from, algorithms }) => {
                written::<Compare>(&compare(&setup(from)?, algorithms))
            }
            AnyLabQuestion::GoTo(GoTo(seek)) => written::<GoTo>(&self.lab(id)?.seek(seek)),
            AnyLabQuestion::Check(question) => {
                let start = setup(question.start)?;
                let check = check::Check::parse(&question.check)
                    .map_err(|(place, error)| format!("the lesson’s {place}: {error}"))?;
                let verdict = check.decide(&Solution {
                    start: &start,
                    lab: self.lab(id)?,
                    answer: question.answer,
                });
                written::<Check>(&verdict)
            }
            AnyLabQuestion::ExportSetup(ExportSetup) => {
                written::<ExportSetup>(&self.lab(id)?.setup.to_file())
            }
            AnyLabQuestion::Draw(Draw(drawing)) => {
                let svg = self.lab(id)?.draw(&drawing);
                written::<Draw>(&svg.map_err(|error| error.to_string())?)
            }
            AnyLabQuestion::TellSteps(TellSteps) => written::<TellSteps>(&self.lab(id)?.told()),
            AnyLabQuestion::Practise(Practise { seed }) => {
                let question = practice::question(seed).map_err(|error| error.to_string())?;
                written::<Practise>(&Box::new(question))
            }
            AnyLabQuestion::PackText(PackText(text)) => written::<PackText>(&lab::pack(&text)),
            AnyLabQuestion::UnpackText(UnpackText { packed, most }) => {
                let text = lab::unpack(&packed, most).map_err(|error| error.to_string())?;
                written::<UnpackText>(&text)
            }
            AnyLabQuestion::ListSections(ListSections) => {
                written::<ListSections>(&self.lab(id)?.sections())
            }
            AnyLabQuestion::Relocate(Relocate { base }) => {
                written::<Relocate>(&self.lab(id)?.relocate(&base)?)
            }
            AnyLabQuestion::ListScenarios(ListScenarios) => {
                written::<ListScenarios>(&scenario::all())
            }
        }
    }

    fn open(&mut self, id: LabId, Open { from, seek }: Open) -> Result<Box<Opened>, String> {
        Ok(self.put(id, Lab::new(setup(from)?), seek))
    }

    /// Keeps a laboratory at a step, and says what there is to show of it.
    fn put(&mut self, id: LabId, mut lab: Lab, seek: Seek) -> Box<Opened> {
        let opened = Opened {
            setup: lab.setup.clone(),
            overview: lab.overview(),
            moment: lab.seek(seek),
        };
        self.0.insert(id, lab);
        Box::new(opened)
    }

    fn lab(&mut self, id: LabId) -> Result<&mut Lab, String> {
        let lab = self.0.get_mut(&id);
        lab.ok_or_else(|| "this laboratory is not set up yet".to_owned())
    }
}

/// The answer to a question of this type.
fn written<Q: LabQuestion>(answer: &Q::Answer) -> Result<JsValue, String> {
    to_js(answer)
}

fn setup(from: SetupSource) -> Result<Setup, String> {
    match from {
        SetupSource::Setup(setup) => Ok(setup),
        SetupSource::Link(link) => Setup::from_link(&link).map_err(|error| error.of_link()),
        SetupSource::File(text) => Setup::from_file(&text).map_err(|error| error.to_string()),
        SetupSource::Scenario(slug) => scenario::find(&slug)
            .map(|found| found.setup)
            .ok_or_else(|| {
                "This address names no scenario of this version, so the default example is shown. Choose one from the list."
                    .to_owned()
            }),
    }
}
