//! The pass over the DIEs of a unit that finds inline sites.

use super::entry::{Addresses, Origin};
use super::list;
use super::place::{self, Argument};
use super::{InlineCounts, InlineSite};
use crate::clearing::clear_map;
use crate::functions::location::offset_of_list;
use crate::order;
use crate::read::attribute_reader::AttributeReader;
use crate::read::cursor::Cursor;
use crate::read::plan_table::{CodeTable, DecodePlans, PlanIndex};
use crate::read::value::{DieRef, Location, Value};
use crate::sections::{LocationSource, Slice};
use crate::unit::Unit;
use crate::unit_context::UnitContext;
use budget::{Allowance, OverBudget};
use gimli::{
    Abbreviation, Abbreviations, AttributeSpecification, AttributeValue, EntriesRaw, UnitHeader,
    UnitOffset, constants as dw,
};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// Reads inline sites, with memory that is reused from unit to unit.
#[derive(Debug, Default)]
pub(crate) struct SiteReader {
    /// Abbreviations of entries whose attributes are read, each alone in a table.
    abbreviations: FxHashMap<PlanIndex, Abbreviations>,
    /// DIEs whose children matter, the innermost last.
    owners: Vec<Owner>,
    /// The place of each parameter of an inlined function among its parameters, by the offset of its DIE.
    params: FxHashMap<u64, u32>,
    sites: Vec<RawSite>,
    arguments: Vec<RawArgument>,
    /// Functions of the unit by their keys.
    functions: FxHashMap<u64, u32>,
}

/// A DIE whose children are parameters or arguments.
#[derive(Debug)]
struct Owner {
    depth: isize,
    role: Role,
}

#[derive(Debug)]
enum Role {
    /// A function that is inlined somewhere, with the number of parameters seen.
    Function(u32),
    /// An inline site, by its index.
    Site(u32),
}

/// An inline site, whose function may come later in the unit.
#[derive(Debug)]
struct RawSite {
    /// The offset of the function's DIE in the unit; `None` if it is elsewhere.
    function: Option<u64>,
    address: u64,
}

/// An argument of a site.
#[derive(Clone, Copy, Debug)]
struct RawArgument {
    /// The offset of the parameter's DIE in the unit.
    param: u64,
    /// The index of its site.
    site: u32,
    argument: Argument,
}

/// A unit that was encoded, with its abbreviations.
#[derive(Clone, Copy)]
pub(crate) struct EncodedEntries<'u, 'a> {
    pub header: &'u UnitHeader<Slice<'a>>,
    /// The unit's bytes.
    pub bytes: &'a [u8],
    pub codes: &'u CodeTable,
    pub plans: &'u DecodePlans,
}

/// What a unit is read with.
struct Reading<'r, 'a> {
    reader: AttributeReader<'r, 'a>,
    origin: Origin,
    locations: &'r mut dyn LocationSource,
}

impl SiteReader {
    /// Adds the inline sites of a unit that was encoded. What cannot be read is counted.
    ///
    /// # Errors
    ///
    /// When the sites take more than a unit of this size may.
    pub fn read<'a>(
        &mut self,
        entries: EncodedEntries<'_, 'a>,
        context: &mut UnitContext<'_, 'a>,
        unit: &mut Unit,
    ) -> Result<(), OverBudget> {
        self.owners.clear();
        clear_map(&mut self.params);
        self.sites.clear();
        self.arguments.clear();
        clear_map(&mut self.functions);
        let mut allowance = context.spending.of_inline_sites(entries.bytes.len());
        let mut counts = InlineCounts::default();
        let mut abbreviations = std::mem::take(&mut self.abbreviations);
        let collected = self.walk(
            entries,
            &mut abbreviations,
            context,
            &mut counts,
            &mut allowance,
        );
        self.abbreviations = abbreviations;
        if collected.is_err() {
            counts.unreadable_units += 1;
        }
        unit.inline.counts = counts;
        allowance.check()?;
        if self.sites.is_empty() {
            return Ok(());
        }
        // Of two descriptions of a DIE, which cannot be, the first.
        for (index, function) in unit.functions.iter().enumerate() {
            let key = u64::from(function.key);
            self.functions.entry(key).or_insert(index as u32);
        }
        self.settle(unit, &mut allowance)
    }

    /// Forgets the plans: their indexes lead to others from here on.
    pub fn forget_plans(&mut self) {
        clear_map(&mut self.abbreviations);
    }

    fn walk<'a>(
        &mut self,
        entries: EncodedEntries<'_, 'a>,
        abbreviations: &mut FxHashMap<PlanIndex, Abbreviations>,
        context: &mut UnitContext<'_, 'a>,
        counts: &mut InlineCounts,
        allowance: &mut Allowance,
    ) -> Result<(), gimli::Error> {
        let EncodedEntries {
            header,
            bytes,
            codes,
            plans,
        } = entries;
        let big_endian = context.sections.big_endian;
        let start = header.size_of_header();
        let mut cursor = Cursor::new(bytes, start, header.encoding(), big_endian);
        let mut reading = Reading {
            reader: AttributeReader::new(context.sections, header),
            origin: Origin::default(),
            locations: &mut *context.locations,
        };
        let (mut next_depth, mut is_root) = (0, true);
        while !cursor.is_at_end() {
            let (depth, offset) = (next_depth, cursor.position);
            let code = cursor.code()?;
            let is_root = std::mem::take(&mut is_root);
            if code == 0 {
                next_depth -= 1;
                continue;
            }
            let index = codes.find(code)?;
            let plan = plans.plan(index);
            next_depth += isize::from(plan.has_children);
            while self.owners.last().is_some_and(|it| it.depth >= depth) {
                self.owners.pop();
            }
            let is_read = match plan.tag {
                _ if is_root => true,
                dw::DW_TAG_subprogram => plan.has_children,
                dw::DW_TAG_inlined_subroutine => true,
                dw::DW_TAG_formal_parameter => match self.owner_of(depth) {
                    Some(Role::Function(params)) => {
                        let place = *params;
                        *params = params.saturating_add(1);
                        self.params.insert(offset as u64, place);
                        false
                    }
                    owner => owner.is_some(),
                },
                _ => false,
            };
            if !is_read {
                plan.skip(&mut cursor)?;
                continue;
            }
            if cursor.is_at_end() {
                break;
            }
            let declared = match abbreviations.entry(index) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(plans.alone(index)?),
            };
            let specs = declared.get(1).map_or(&[][..], Abbreviation::attributes);
            // An attribute need not have a byte in the entry.
            if allowance.spend(specs.len() as u64).is_err() {
                return Ok(());
            }
            let at = UnitOffset(cursor.position);
            let mut entry = header.entries_raw(declared, Some(at))?;
            match plan.tag {
                _ if is_root => reading.read_root(&mut entry, specs)?,
                dw::DW_TAG_subprogram => {
                    if is_inlined(&mut entry, specs)? {
                        let role = Role::Function(0);
                        self.owners.push(Owner { depth, role });
                    }
                }
                dw::DW_TAG_inlined_subroutine => {
                    let site = reading.read_site(&mut entry, specs)?;
                    self.open_site(site, depth, counts);
                }
                _ => {
                    if let Some(&mut Role::Site(site)) = self.owner_of(depth) {
                        let address = self.sites[site as usize].address;
                        let found = reading.read_argument(&mut entry, specs, address)?;
                        let argument = found.map(|(param, argument)| RawArgument {
                            param,
                            site,
                            argument,
                        });
                        self.arguments.extend(argument);
                    }
                }
            }
            cursor.jump(entry.next_offset().0 as u64);
        }
        Ok(())
    }

    /// The open DIE that a child at this depth belongs to.
    fn owner_of(&mut self, depth: isize) -> Option<&mut Role> {
        let owner = self.owners.last_mut()?;
        (owner.depth + 1 == depth).then_some(&mut owner.role)
    }

    fn open_site(&mut self, site: (DieRef, Option<u64>), depth: isize, counts: &mut InlineCounts) {
        let (function, address) = site;
        let Some(address) = address else {
            counts.without_address += 1;
            return;
        };
        let role = Role::Site(self.sites.len() as u32);
        self.sites.push(RawSite {
            function: match function {
                DieRef::Unit(offset) => Some(offset),
                _ => None,
            },
            address,
        });
        self.owners.push(Owner { depth, role });
    }

    /// Writes the sites, whose functions and parameters are known by now.
    fn settle(&mut self, unit: &mut Unit, allowance: &mut Allowance) -> Result<(), OverBudget> {
        // A nested site may come between the arguments of one.
        let order = order::by_keys(self.arguments.iter().map(|argument| argument.site.into()));
        let arguments = order.filter_map(|at| self.arguments.get(at));
        let mut arguments = arguments.peekable();
        let Unit {
            functions,
            params,
            inline,
            ..
        } = unit;
        for (index, site) in self.sites.iter().enumerate() {
            let key = site.function.unwrap_or(u64::MAX);
            let described = self
                .functions
                .get(&key)
                .and_then(|&at| Some((at, functions.get(at as usize)?)));
            let first = inline.places.len();
            if let Some((function, described)) = described {
                let own = described.params.start as usize..described.params.end as usize;
                let own = params.get(own).unwrap_or_default();
                // The last one may stand for `...`.
                let named = own.iter().filter(|(name, _)| !name.is_empty()).count();
                allowance.spend(named as u64)?;
                inline.places.resize(first + named, None);
                inline.counts.sites += 1;
                inline.sites.push(InlineSite {
                    function,
                    address: site.address,
                    places: first as u32..(first + named) as u32,
                });
            } else {
                inline.counts.without_function += 1;
            }
            let places = inline.places.get_mut(first..).unwrap_or_default();
            while let Some(found) = arguments.next_if(|it| it.site as usize == index) {
                let place = self.params.get(&found.param).map(|&place| place as usize);
                let Some(place) = place.and_then(|place| places.get_mut(place)) else {
                    continue;
                };
                match found.argument {
                    Argument::At(at) => *place = Some(at),
                    Argument::Gone => {}
                    Argument::Inexpressible => inline.counts.inexpressible += 1,
                }
            }
            let placed = places.iter().flatten().count();
            inline.counts.placed += placed as u64;
            inline.counts.gone += (places.len() - placed) as u64;
        }
        // Those that BTF cannot express have no place either.
        let counts = &mut inline.counts;
        counts.gone = counts.gone.saturating_sub(counts.inexpressible);
        Ok(())
    }
}

impl<'a> Reading<'_, 'a> {
    /// Reads what the unit's own DIE says of addresses and lists.
    fn read_root(
        &mut self,
        entries: &mut EntriesRaw<'_, Slice<'a>>,
        specs: &[AttributeSpecification],
    ) -> Result<(), gimli::Error> {
        let mut low_pc = None;
        for &spec in specs {
            let attribute = entries.read_attribute(spec)?;
            let bases = &mut self.reader.bases;
            match (attribute.name(), attribute.raw_value()) {
                (
                    dw::DW_AT_addr_base | dw::DW_AT_GNU_addr_base,
                    AttributeValue::SecOffset(base),
                ) => bases.addr = gimli::DebugAddrBase(base),
                (dw::DW_AT_loclists_base, AttributeValue::SecOffset(base)) => {
                    bases.loclists = gimli::DebugLocListsBase(base);
                }
                (dw::DW_AT_rnglists_base, AttributeValue::SecOffset(base)) => {
                    self.origin.rnglists = Some(base as u64);
                }
                (dw::DW_AT_low_pc, value) => low_pc = Some(Value::of(value)),
                _ => {}
            }
        }
        let own = low_pc.and_then(|value| self.reader.address(value));
        let of_skeleton = self.reader.sections.split.map(|split| split.low_pc);
        self.origin.low_pc = of_skeleton.or(own).unwrap_or(0);
        Ok(())
    }

    /// The function of a site and its address.
    fn read_site(
        &mut self,
        entries: &mut EntriesRaw<'_, Slice<'a>>,
        specs: &[AttributeSpecification],
    ) -> Result<(DieRef, Option<u64>), gimli::Error> {
        let mut function = DieRef::None;
        let mut addresses = Addresses::default();
        for &spec in specs {
            let attribute = entries.read_attribute(spec)?;
            let value = || Value::of(attribute.raw_value());
            match attribute.name() {
                dw::DW_AT_abstract_origin => function = value().reference(),
                dw::DW_AT_entry_pc => addresses.entry_pc = Some(value()),
                dw::DW_AT_low_pc => addresses.low_pc = Some(value()),
                dw::DW_AT_ranges => addresses.ranges = Some(value()),
                _ => {}
            }
        }
        let address = addresses.first(self.origin, &self.reader, self.locations);
        Ok((function, address))
    }

    /// The parameter of an argument, as the offset of its DIE, and where the argument is at `address`.
    fn read_argument(
        &mut self,
        entries: &mut EntriesRaw<'_, Slice<'a>>,
        specs: &[AttributeSpecification],
        address: u64,
    ) -> Result<Option<(u64, Argument)>, gimli::Error> {
        let (mut param, mut constant, mut location) = (DieRef::None, None, None);
        for &spec in specs {
            let attribute = entries.read_attribute(spec)?;
            let value = attribute.raw_value();
            match attribute.name() {
                dw::DW_AT_abstract_origin => param = Value::of(value).reference(),
                dw::DW_AT_const_value => constant = Some(value),
                dw::DW_AT_location => location = Value::of(value).location(),
                _ => {}
            }
        }
        let DieRef::Unit(param) = param else {
            return Ok(None);
        };
        let argument = match (constant, location) {
            (Some(value), _) => {
                place::of_constant(&value).map_or(Argument::Inexpressible, Argument::At)
            }
            (None, Some(location)) => self.argument_at(address, location),
            (None, None) => Argument::Gone,
        };
        Ok(Some((param, argument)))
    }

    fn argument_at(&mut self, address: u64, location: Location<'a>) -> Argument {
        let reader = &self.reader;
        let offset = match location {
            Location::Expression(bytes) => {
                let expression = reader.expression(bytes);
                return place::of_expression(expression, reader.bases.encoding);
            }
            Location::List(offset) => Some(offset),
            Location::ListIndex(index) => offset_of_list(index, reader, self.locations),
        };
        match offset {
            Some(offset) => list::at(address, offset, self.origin.low_pc, reader, self.locations),
            None => Argument::Inexpressible,
        }
    }
}

/// Whether a function is inlined somewhere, by its attributes.
fn is_inlined(
    entries: &mut EntriesRaw<'_, Slice<'_>>,
    specs: &[AttributeSpecification],
) -> Result<bool, gimli::Error> {
    let mut inlined = false;
    for &spec in specs {
        let attribute = entries.read_attribute(spec)?;
        if attribute.name() == dw::DW_AT_inline {
            inlined = Value::of(attribute.raw_value()).unsigned() != Some(0);
        }
    }
    Ok(inlined)
}
