//! Draws long content in parts: the first at once, the others after the browser has painted.

use crate::browser::after_paint;
use std::ops::Range;
use yew::prelude::*;

/// Items of a part, unless said otherwise: somewhat more than a window shows.
const PART: usize = 36;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Identifies the content; if it changes, drawing starts again.
    pub of: usize,
    /// Items of a part.
    #[prop_or(PART)]
    pub part: usize,
    /// How many items there are.
    pub total: usize,
    /// An item that the first drawing is to contain.
    #[prop_or_default]
    pub reach: usize,
    /// Draws some of them.
    pub draw: Callback<Range<usize>, Html>,
}

impl Props {
    /// How many parts are drawn at first.
    fn first(&self) -> usize {
        self.reach / self.part + 1
    }
}

pub struct InParts {
    /// Parts that are drawn.
    parts: usize,
}

/// The browser has painted.
pub struct Painted;

impl Component for InParts {
    type Message = Painted;
    type Properties = Props;

    fn create(ctx: &Context<InParts>) -> InParts {
        InParts {
            parts: ctx.props().first(),
        }
    }

    fn changed(&mut self, ctx: &Context<InParts>, old: &Props) -> bool {
        if ctx.props().of != old.of {
            self.parts = 1;
        }
        self.parts = self.parts.max(ctx.props().first());
        true
    }

    fn update(&mut self, ctx: &Context<InParts>, Painted: Painted) -> bool {
        let is_part = self.is_part(ctx);
        self.parts = self.parts.saturating_add(usize::from(is_part));
        is_part
    }

    fn view(&self, ctx: &Context<InParts>) -> Html {
        let Props {
            part, total, draw, ..
        } = ctx.props();
        let starts = (0..self.parts).map(|number| number * part);
        let starts = starts.take_while(|from| from < total);
        html! { <>{ for starts.map(|from| draw.emit(from..(from + part).min(*total))) }</> }
    }

    fn rendered(&mut self, ctx: &Context<InParts>, _: bool) {
        if self.is_part(ctx) {
            let link = ctx.link().clone();
            after_paint(move || link.send_message(Painted));
        }
    }
}

impl InParts {
    /// Whether more is to come.
    fn is_part(&self, ctx: &Context<InParts>) -> bool {
        self.parts * ctx.props().part < ctx.props().total
    }
}
